namespace Netpoll.Actors.Hosting;

/// <summary>
/// The registry's key for the listener whose handlers are <typeparamref name="THandler"/>: <c>IRequiredActor&lt;NetpollListener&lt;EchoHandler&gt;&gt;</c>. Only a
/// name, never made.
/// </summary>
/// <typeparam name="THandler">The handler's class.</typeparam>
public sealed class NetpollListener<THandler>
    where THandler : Handlers.RequestHandler
{
    private NetpollListener()
    {
    }
}
