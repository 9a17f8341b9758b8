using System.Collections.Concurrent;
using System.Globalization;
using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;

namespace Netpoll.Actors.Tests.Connections.Model;

/// <summary>One listener with options by chance, and the connections that it is given; all of it from one seed.</summary>
internal sealed class ModelRound
{
    private const int ConnectionCount = 8;

    private readonly ConcurrentDictionary<string, ModelLife> _lives;
    private readonly Action<IActorRef> _stop;
    private readonly Random _random;
    private readonly string _strategy;
    private readonly bool _isShared;
    private readonly int _endAfter;
    private readonly Func<Task>? _terminate;

    /// <param name="seed">Of everything.</param>
    /// <param name="scheduling">Where the handlers run.</param>
    /// <param name="lives">Where the connections' lives are found by their names.</param>
    /// <param name="stop">Stops an actor.</param>
    /// <param name="terminate">Ends the actor system in the middle of the round; null to leave it.</param>
    public ModelRound(
        int seed, HandlerScheduling scheduling, ConcurrentDictionary<string, ModelLife> lives, Action<IActorRef> stop, Func<Task>? terminate = null)
    {
        _terminate = terminate;
        (_lives, _stop) = (lives, stop);
        _random = new Random(seed);
        Directive[] directives = [Directive.Stop, Directive.Stop, Directive.Resume, Directive.Restart, Directive.Escalate];
        Directive directive = directives[_random.Next(directives.Length)];
        _strategy = directive.ToString();
        _isShared = _random.Next(4) == 0;
        IsTimed = _random.Next(4) == 0;
        bool isPatient = !IsTimed && _random.Next(3) > 0;
        _endAfter = _random.Next(4) == 0 ? _random.Next(1, 6) : 0;
        IsHurried = !isPatient || _endAfter > 0 || terminate is not null;
        IsShedding = _random.Next(6) == 0;
        Options = new ListenerOptions
        {
            MaxInFlightPerConnection = _random.Next(1, 6),
            OutputHighWaterBytes = _random.Next(1, 20_000),
            MaxFrameBytes = 64 * 1024,
            MaxQueuedRequests = IsShedding || _random.Next(3) == 0 ? _random.Next(1, 6) : null,
            WhenOverloaded = IsShedding ? OverloadPolicy.Shed : OverloadPolicy.Pause,
            FailureReply = _random.Next(2) == 0 ? null : _ => new byte[] { 0xFF, 0xFF, 0xFF, 0xFF },
            LingerTimeout = isPatient ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(_random.Next(1, 20)),
            HandshakeTimeout = IsTimed ? Millis() : null,
            IdleTimeout = IsTimed ? Millis() : null,
            ReadTimeout = IsTimed ? Millis() : null,
            WriteTimeout = IsTimed ? Millis() : null,
            MaxLifetime = IsTimed ? Millis() : null,
            HalfCloseTimeout = IsTimed ? Millis() : TimeSpan.FromMinutes(1),
            DrainTimeout = TimeSpan.FromMilliseconds(_random.Next(1, 20)),
        };
        Props props = Props.CreateBy(new Producer<ModelHandler>(() => new ModelHandler(LifeOf)));
        Handlers = _isShared
            ? HandlerSource.SharedPool(props, 2, scheduling)
            : HandlerSource.PerConnection(props, scheduling, new OneForOneStrategy(_ => directive));
        Connections = [.. Enumerable.Range(0, ConnectionCount).Select(index => new ModelConnection(_random.Next(), Name(seed, scheduling, index), stop))];
        foreach (ModelConnection connection in Connections)
        {
            lives[connection.Name] = connection.Life;
            connection.Life.MaySkip = IsShedding;
        }
    }

    public HandlerSource Handlers { get; }

    public ListenerOptions Options { get; }

    public ModelConnection[] Connections { get; }

    /// <summary>Time limits are so short that they are used up at times.</summary>
    public bool IsTimed { get; }

    /// <summary>Not everybody is given the time to hear and to be heard.</summary>
    public bool IsHurried { get; }

    /// <summary>Requests may be refused because handlers have too many.</summary>
    public bool IsShedding { get; }

    /// <summary>Who listens to ends may be gone before the connections are.</summary>
    public bool IsTerminated => _terminate is not null;

    /// <summary>A failure in one connection's life may end another's: handlers are shared, or it is the listener's to decide.</summary>
    public bool IsShared => _isShared || _strategy == nameof(Directive.Escalate);

    public override string ToString() =>
        $"{(_isShared ? "shared" : _strategy)}{(IsTimed ? ", timed" : "")}{(IsHurried ? ", hurried" : "")}{(IsShedding ? ", shedding" : "")}{(_endAfter > 0 ? ", ended" : "")}";

    /// <summary>Lives them all; in some rounds the listener is drained or stopped meanwhile, or the whole system ends.</summary>
    public async Task RunAsync(IActorRef listener)
    {
        Task[] lives = [.. Connections.Select(connection => Task.Run(() => connection.LiveAsync(listener)))];
        if (_terminate is not null)
        {
            // What is told to a listener of a system that has ended is nobody's any more.
            await Task.WhenAll(Connections.Select(connection => connection.Begun)).InTime();
            await Task.Delay(_endAfter);
            await _terminate().InTime();
        }
        else if (_endAfter > 0)
        {
            await Task.Delay(_endAfter);
            if (_random.Next(2) == 0)
            {
                listener.Tell(Drain.Instance);
            }
            else
            {
                _stop(listener);
            }
        }

        await Task.WhenAll(lives);
    }

    private static string Name(int seed, HandlerScheduling scheduling, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"unix://@model-{scheduling}-{seed}-{index}");

    private TimeSpan? Millis() => _random.Next(2) == 0 ? null : TimeSpan.FromMilliseconds(_random.Next(1, 12));

    private ModelLife LifeOf(ConnectionRef connection) => _lives[connection.RemoteAddress.ToString()];
}
