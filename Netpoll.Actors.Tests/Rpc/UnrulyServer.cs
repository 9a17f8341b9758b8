using System.Runtime.InteropServices;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>A server that answers out of order, late, or not at all, and closes its connections, all by a seed.</summary>
internal sealed class UnrulyServer : IDisposable
{
    private readonly Func<byte[], byte[]?> _answerTo;
    private readonly RawFrameServer _server;
    private readonly Lock _lock = new();
    private readonly Random _random = new(1);
    private readonly Dictionary<RawFrameServer.Connection, List<byte[]>> _heldBack = [];

    /// <param name="answerTo">The answer to a frame; null for none.</param>
    public UnrulyServer(Func<byte[], byte[]?> answerTo)
    {
        _answerTo = answerTo;
        _server = new RawFrameServer(Misbehave);
    }

    public NetAddress Address => _server.Address;

    public void Dispose() => _server.Dispose();

    private void Misbehave(RawFrameServer.Connection connection, byte[] frame)
    {
        if (_answerTo(frame) is not { } answer)
        {
            return;
        }

        int dice;
        List<byte[]>? shuffled = null;
        lock (_lock)
        {
            dice = _random.Next(2000);
            if (dice >= 20)
            {
                // Some answers are kept back, and then all leave in another order.
                if (!_heldBack.TryGetValue(connection, out List<byte[]>? held))
                {
                    _heldBack[connection] = held = [];
                }

                held.Add(answer);
                if (_random.Next(4) == 0)
                {
                    _random.Shuffle(CollectionsMarshal.AsSpan(held));
                    shuffled = [.. held];
                    held.Clear();
                }
            }
            else if (dice == 0)
            {
                _heldBack.Remove(connection);
            }
        }

        switch (dice)
        {
            case 0:
                connection.Close();
                break;
            case < 5:
                // Dropped.
                break;
            case < 20:
                _ = Task.Delay(dice * 20).ContinueWith(_ => connection.Send(answer), TaskScheduler.Default);
                break;
            default:
                shuffled?.ForEach(one => connection.Send(one));
                break;
        }
    }
}
