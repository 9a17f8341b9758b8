using System.Net.Sockets;
using Akka.Actor;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Tests.Connections.Model;

/// <summary>One connection through a <see cref="FaultyChannel"/>, its peer, and who does things to it.</summary>
internal sealed class ModelConnection(int seed, string name, Action<IActorRef> stop)
{
    private const int Steps = 30;

    private readonly Random _random = new(seed);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FaultyChannel _channel = null!;
    private ModelPeer _peer = null!;
    private IActorRef _connection = ActorRefs.Nobody;
    private bool _wasRefused;
    private bool _onlyClosed;
    private int _unrest;

    public string Name => name;

    public ModelLife Life { get; } = new();

    /// <summary>It never was a connection, as far as its side was told.</summary>
    public bool WasRefused => _wasRefused;

    /// <summary>Ends when the connection has its socket, or will never have it.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Lives the whole life, from the socket to the peer's end.</summary>
    public async Task LiveAsync(IActorRef listener)
    {
        ConnectedPair pair = ConnectedPair.Of(_random.Next(2) == 0 ? "tcp" : "unix");
        _channel = new FaultyChannel(pair.FarSocket, NetAddress.Parse(name), _random.Next(), FaultPlan.Next(_random)) { Lease = Life };
        Socket socket = pair.NearSocket.ToSocket();
        socket.Blocking = false;
        _peer = new ModelPeer(socket, Life);
        _unrest = _random.Next(3) == 0 ? 0 : _random.Next(1, 10);
        int before = _random.Next(4);
        for (int step = 0; step < before; step++)
        {
            StepOfPeer();
        }

        Task<Adopted> adopting = listener.Ask<Adopted>(new AdoptSocket(_channel, NetAddress.UnnamedUnix), Eventually.Patience);
        await Task.WhenAny(adopting, Life.Released);
        if (adopting.IsCompletedSuccessfully)
        {
            _connection = (await adopting).Connection;
            await Task.WhenAny(_connection.Ask<ActorIdentity>(new Identify(0), Eventually.Patience), Life.Released);
        }
        else
        {
            // The listener had ended: it refuses, or nobody answers.
            _wasRefused = true;
        }

        _begun.TrySetResult();
        for (int step = before; step < Steps; step++)
        {
            await StepAsync();
        }

        if (!_wasRefused)
        {
            _connection.Tell(ResumeReading.Instance, ActorRefs.NoSender);
        }

        await _peer.FinishAsync(_random);
        _peer.Dispose();
    }

    public void Verify(ModelRound within)
    {
        bool isQuiet = !within.IsTimed && !within.IsHurried && !within.IsShared && !within.IsShedding;
        Life.VerifyEnd(isPublicHeard: !_wasRefused && !within.IsTerminated, isHandlerHeard: isQuiet, isQuiet && _peer.IsFinished, _peer.IsOrderlyEnd, _channel.IsBroken);
        if (isQuiet && _onlyClosed && !_channel.IsBroken && !Life.IsOutputClosed)
        {
            Life.VerifyLocalClose(_peer.IsOrderlyEnd);
        }

        VerifyNothingCame();
    }

    public void VerifyNothingCame()
    {
        if (Life.Failure is { } failure)
        {
            throw new InvalidOperationException($"{name}: {failure}");
        }
    }

    private async Task StepAsync()
    {
        switch (_random.Next(10))
        {
            case 0:
                await Task.Yield();
                break;
            case 1:
                await Task.Delay(1);
                break;
            case 2:
                Thread.SpinWait(_random.Next(2000));
                break;
            case 3 or 4:
                StepOfOurs();
                break;
            default:
                StepOfPeer();
                break;
        }
    }

    private void StepOfPeer()
    {
        switch (_random.Next(100))
        {
            case < 40:
                AddRequest();
                _peer.Send(1 << 20);
                break;
            case < 60:
                AddRequest();
                _peer.Send(_random.Next(1, 300));
                break;
            case < 96:
                _peer.Receive(_random.Next(1, 16 * 1024));
                break;
            case int roll when roll - 96 < _unrest / 3:
                EndOfPeer();
                break;
        }
    }

    private void EndOfPeer()
    {
        if (_peer.IsGone)
        {
            return;
        }

        switch (_random.Next(4))
        {
            case 0:
                Disturb("peer-close");
                _peer.Dispose();
                break;
            case 1:
                Disturb("peer-reset");
                _peer.Reset();
                break;
            default:
                // In the middle of a frame perhaps; it may still read.
                _peer.CloseSending();
                break;
        }
    }

    private void AddRequest()
    {
        if (_peer.IsSendingOver)
        {
            return;
        }

        ModelRequest kind = (ModelRequest)_random.Next(4);
        if (_random.Next(150) < _unrest)
        {
            kind = (ModelRequest)_random.Next((int)ModelRequest.Fail, (int)ModelRequest.Abort + 1);
            Disturb($"ask({kind})");
        }

        _peer.Queue(Life.AddRequest(kind, _random.Next(4) == 0 ? _random.Next(30_000) : _random.Next(200), _random));
    }

    private void StepOfOurs()
    {
        if (_wasRefused)
        {
            return;
        }

        object? what = _random.Next(100) switch
        {
            < 40 => Life.IsDisturbed ? null : new Send(Life.AddUnasked(_random.Next(4) == 0 ? _random.Next(20_000) : _random.Next(100), !_peer.IsSendingOver)),
            < 60 => PauseReading.Instance,
            < 85 => ResumeReading.Instance,
            var roll when roll - 85 < _unrest => NextEnd(),
            _ => null,
        };
        if (what is null)
        {
            return;
        }

        Life.Note(what.GetType().Name);
        if (what is StopNow)
        {
            stop(_connection);
        }
        else
        {
            _connection.Tell(what, ActorRefs.NoSender);
        }
    }

    private object NextEnd()
    {
        switch (_random.Next(7))
        {
            case 0 or 1:
                _onlyClosed = !Life.IsDisturbed;
                Life.Disturb("close");
                return Close.Instance;
            case 2:
                Life.CloseOutput("close-output");
                return CloseOutput.Instance;
            case 3:
                Disturb("abort");
                return Abort.Instance;
            case 4:
                Disturb("drain");
                return DrainConnection.Instance;
            case 5:
                // Nobody takes the socket: it is closed, with all that was on its way.
                Disturb("detach");
                return Detach.Instance;
            default:
                Disturb("stop");
                return new StopNow();
        }
    }

    private void Disturb(string by)
    {
        Life.Disturb(by);
        _onlyClosed = false;
    }

    private sealed record StopNow;
}
