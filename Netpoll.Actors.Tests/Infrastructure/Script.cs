using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>What happened in a scripted handler.</summary>
/// <param name="What">connected, request, disconnected, message or stopped.</param>
/// <param name="Connection">Whose, if it is about one.</param>
/// <param name="Reason">Of a disconnected.</param>
/// <param name="Error">Of a disconnected.</param>
public sealed record HandlerEvent(string What, ConnectionRef? Connection = null, CloseReason? Reason = null, Exception? Error = null);

/// <summary>A handler whose behaviour is the test's, and whose life is recorded.</summary>
public sealed class Script
{
    private int _stopped;

    /// <summary>Everything that happened in the handlers of this script, in order.</summary>
    public Recorder<HandlerEvent> Events { get; } = new();

    /// <summary>The requests that came, before they were dealt with.</summary>
    public Recorder<Request> Requests { get; } = new();

    /// <summary>How many handlers have stopped.</summary>
    public int Stopped => Volatile.Read(ref _stopped);

    public Action<Request> OnRequest { get; set; } = request => request.Reply(request.Payload);

    public Action<IUntypedActorContext, ConnectionRef> OnConnected { get; set; } = (_, _) => { };

    /// <summary>What is awaited before the first request; null for nothing.</summary>
    public Func<ConnectionRef, Task>? Handshake { get; set; }

    public Action<ConnectionRef, bool> OnWritabilityChanged { get; set; } = (_, _) => { };

    public Action<IUntypedActorContext, object> OnMessage { get; set; } = (_, _) => { };

    public Props Props => Props.CreateBy(new Producer<ScriptedHandler>(() => new ScriptedHandler(this)));

    public void CountStop()
    {
        Events.Add(new HandlerEvent("stopped"));
        Interlocked.Increment(ref _stopped);
    }

    /// <summary>A script that never answers by itself: the test takes the requests from <see cref="Requests"/>.</summary>
    public static Script Silent() => new() { OnRequest = _ => { } };
}

/// <summary>Follows a <see cref="Script"/>.</summary>
public sealed class ScriptedHandler(Script script) : RequestHandler
{
    protected override void OnRequest(Request request)
    {
        script.Events.Add(new HandlerEvent("request", request.Connection));
        script.Requests.Add(request);
        script.OnRequest(request);
    }

    protected override void OnConnected(ConnectionRef connection)
    {
        script.Events.Add(new HandlerEvent("connected", connection));
        script.OnConnected(Context, connection);
        if (script.Handshake is { } handshake)
        {
            Handshake(() => handshake(connection));
        }
    }

    protected override void OnWritabilityChanged(ConnectionRef connection, bool isWritable) =>
        script.OnWritabilityChanged(connection, isWritable);

    protected override void OnDisconnected(ConnectionRef connection, CloseReason reason, Exception? error) =>
        script.Events.Add(new HandlerEvent("disconnected", connection, reason, error));

    protected override void OnMessage(object message)
    {
        script.Events.Add(new HandlerEvent("message"));
        script.OnMessage(Context, message);
    }

    protected override void PostStop()
    {
        base.PostStop();
        script.CountStop();
    }
}
