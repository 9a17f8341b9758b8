using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Akka.Actor;
using RedisSample.Protocol;

namespace RedisSample.Serving;

/// <summary>All keys and values. One message at a time: commands of all connections happen one after the other, as in Redis, without a lock.</summary>
internal sealed class KeyspaceActor : ReceiveActor
{
    /// <summary>The most bytes of keys and values. Arbitrary.</summary>
    private const long MaxBytes = 256 * 1024 * 1024;

    // Latin-1 keeps bytes apart that differ: a key need not be text.
    private readonly Dictionary<string, byte[]> _values = [];
    private long _bytes;

    public KeyspaceActor()
    {
        Receive<Execute>(command => command.Request.Reply(Do(command.Arguments)));
        Receive<HangUp>(end =>
        {
            end.Request.Reply(end.LastWords);
            end.Request.Connection.Close();
        });
    }

    private byte[] Do(IReadOnlyList<byte[]> arguments)
    {
        string name = Encoding.Latin1.GetString(arguments[0]);
        return (name.ToUpperInvariant(), arguments.Count) switch
        {
            ("GET", 2) => _values.TryGetValue(Key(arguments[1]), out byte[]? value) ? RespReply.Text(value) : RespReply.Nothing,
            ("SET", 3) => Set(Key(arguments[1]), arguments[2]) ? RespReply.Ok : RespReply.Error("there is no room for more"),
            ("SET", > 3) => RespReply.Error("syntax error"),
            ("DEL", > 1) => RespReply.Number(arguments.Skip(1).Count(key => Remove(Key(key)))),
            ("INCR", 2) => Increment(Key(arguments[1])),
            ("GET" or "SET" or "DEL" or "INCR", _) => RespReply.Error($"wrong number of arguments for '{name.ToLowerInvariant()}' command"),
            _ => RespReply.Error($"unknown command '{name[..Math.Min(name.Length, 64)]}'"),
        };
    }

    private byte[] Increment(string key)
    {
        long number = 0;
        if (_values.TryGetValue(key, out byte[]? value) && !(Utf8Parser.TryParse(value, out number, out int used) && used == value.Length))
        {
            return RespReply.Error("value is not an integer or out of range");
        }

        if (number == long.MaxValue)
        {
            return RespReply.Error("increment or decrement would overflow");
        }

        number++;
        return Set(key, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)))
            ? RespReply.Number(number)
            : RespReply.Error("there is no room for more");
    }

    private bool Set(string key, byte[] value)
    {
        int before = _values.TryGetValue(key, out byte[]? old) ? key.Length + old.Length : 0;
        long after = _bytes - before + key.Length + value.Length;
        if (after > MaxBytes)
        {
            return false;
        }

        _values[key] = value;
        _bytes = after;
        return true;
    }

    private bool Remove(string key)
    {
        if (!_values.Remove(key, out byte[]? value))
        {
            return false;
        }

        _bytes -= key.Length + value.Length;
        return true;
    }

    private static string Key(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
