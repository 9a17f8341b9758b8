using System.Text;
using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;

namespace Chat;

/// <summary>One connection: turns its lines into commands, and what it hears into lines.</summary>
internal sealed class Guest(IActorRef hall) : RequestHandler
{
    private const int LongestName = 20;

    private ConnectionRef _connection = null!;
    private IActorRef? _room;
    private long _missed;

    /// <inheritdoc/>
    protected override void OnConnected(ConnectionRef connection)
    {
        _connection = connection;
        Print("* Who are you? /nick <name>");
    }

    /// <inheritdoc/>
    protected override void OnRequest(Request request)
    {
        string line = Encoding.UTF8.GetString(request.Payload).Trim();
        string[] words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
        switch (words)
        {
            case [""]:
                request.Complete();
                break;
            case ["/nick", var name] when IsName(name):
                hall.Tell(new TakeName(name, request));
                break;
            case ["/quit"]:
                request.Complete();
                _connection.Close();
                break;
            case var _ when _room is null:
                Refuse(request, "* First: /nick <name>, of letters and digits");
                break;
            case ["/join", var room] when IsName(room):
                hall.Tell(new Join(room, request));
                break;
            case ["/who"]:
                _room.Tell(new Who(request));
                break;
            case [['/', ..], ..]:
                Refuse(request, "* /nick <name>, /join <room>, /who, /quit; anything else is said to the room");
                break;
            default:
                _room.Tell(new Say(line, request));
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case Heard heard:
                Print(heard.Text.Span);
                break;
            case Entered entered:
                _room = entered.Room;
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnWritabilityChanged(ConnectionRef connection, bool isWritable)
    {
        if (isWritable && _missed > 0)
        {
            // Whatever has been sent since the peer took the last of it: what was missed is said once, and must not be missed itself.
            _connection.Send(Encoding.UTF8.GetBytes($"* you missed {_missed} lines: this connection reads too slowly"));
            _missed = 0;
        }
    }

    // Names stand in what others read: nothing in them may look like something else.
    private static bool IsName(string word) => word.Length is > 0 and <= LongestName && word.All(char.IsLetterOrDigit);

    private void Refuse(Request request, string why)
    {
        Print(why);
        request.Complete();
    }

    private void Print(string line) => Print(Encoding.UTF8.GetBytes(line));

    // A slow reader must cost neither memory nor the others' time: what it does not take it misses, and is told so as soon as it reads again.
    private void Print(ReadOnlySpan<byte> line)
    {
        if (_missed == 0 && _connection.IsWritable)
        {
            _connection.Send(line);
        }
        else
        {
            _missed++;
        }
    }
}
