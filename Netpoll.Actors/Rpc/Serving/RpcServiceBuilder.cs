using System.Text;
using Akka.Actor;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serialization;

namespace Netpoll.Actors.Rpc.Serving;

/// <summary>Puts methods into a service. Names are any text of 1 to 255 bytes; <c>Service/Method</c> is the custom.</summary>
/// <remarks>
/// A method is called on its handler's thread. It may return at once, or go on asynchronously, then on the thread pool, while the handler serves
/// other calls. It tells a failure by throwing <see cref="RpcStatusException"/>; of anything else that it throws the caller hears
/// <see cref="RpcStatus.Internal"/> and nothing more, and the log has the rest.
/// </remarks>
public sealed class RpcServiceBuilder
{
    private static readonly TimeSpan s_leastWait = TimeSpan.FromMilliseconds(1);

    private readonly IRpcSerializer _serializer;
    private readonly RpcLimits _limits;
    private readonly Dictionary<string, RpcMethod> _methods = [];

    /// <summary>Begins a service without methods.</summary>
    /// <param name="serializer">The form of requests and answers, unless a method is given its own.</param>
    /// <param name="limits">What is accepted in a message; null for the defaults.</param>
    public RpcServiceBuilder(IRpcSerializer serializer, RpcLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        _serializer = serializer;
        _limits = limits ?? RpcLimits.Default;
    }

    /// <summary>Adds a method that answers a request with a value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="function">What it does. Many calls may run at once, on as many threads as there are handlers.</param>
    /// <param name="serializer">The form of its request and answer; null for the service's.</param>
    /// <exception cref="ArgumentException">The name is taken, empty or too long.</exception>
    /// <exception cref="NotSupportedException">The serializer does not know a type.</exception>
    public RpcServiceBuilder Unary<TRequest, TResponse>(
        string name, Func<TRequest, RpcCall, ValueTask<TResponse>> function, IRpcSerializer? serializer = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        serializer ??= _serializer;
        return Add(new UnaryMethod<TRequest, TResponse>(Checked(name), serializer.For<TRequest>(), serializer.For<TResponse>(), function));
    }

    /// <summary>Adds a method without an answer. A caller that waits all the same gets an answer of no bytes when it is done.</summary>
    /// <inheritdoc cref="Unary"/>
    public RpcServiceBuilder OneWay<TRequest>(string name, Func<TRequest, RpcCall, ValueTask> function, IRpcSerializer? serializer = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        serializer ??= _serializer;
        return Add(new OneWayMethod<TRequest>(Checked(name), serializer.For<TRequest>(), function));
    }

    /// <summary>Adds a method that answers with a stream. Items are asked for as the caller takes them; the stream ends early when the call is cancelled.</summary>
    /// <inheritdoc cref="Unary"/>
    public RpcServiceBuilder Stream<TRequest, TItem>(
        string name, Func<TRequest, RpcCall, IAsyncEnumerable<TItem>> function, IRpcSerializer? serializer = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        serializer ??= _serializer;
        return Add(new StreamMethod<TRequest, TItem>(Checked(name), serializer.For<TRequest>(), serializer.For<TItem>(), function));
    }

    /// <summary>
    /// Adds a method whose requests are asked of an actor: one that you have, a router, anything behind an <see cref="IActorRef"/>. It answers
    /// the sender with a <typeparamref name="TResponse"/>, or with <see cref="Status.Failure"/>.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="actor">Who answers.</param>
    /// <param name="serializer">The form of its request and answer; null for the service's.</param>
    /// <inheritdoc cref="Unary"/>
    public RpcServiceBuilder Ask<TRequest, TResponse>(string name, IActorRef actor, IRpcSerializer? serializer = null)
        where TRequest : notnull
    {
        ArgumentNullException.ThrowIfNull(actor);
        return Unary<TRequest, TResponse>(name, (request, call) => AskAsync<TResponse>(actor, request, call), serializer);
    }

    /// <summary>Adds a method whose requests are told to an actor. It has no answer.</summary>
    /// <inheritdoc cref="Ask"/>
    public RpcServiceBuilder Tell<TRequest>(string name, IActorRef actor, IRpcSerializer? serializer = null)
        where TRequest : notnull
    {
        ArgumentNullException.ThrowIfNull(actor);
        return OneWay<TRequest>(
            name,
            (request, _) =>
            {
                actor.Tell(request, ActorRefs.NoSender);
                return ValueTask.CompletedTask;
            },
            serializer);
    }

    /// <summary>Makes the service of the methods added so far.</summary>
    public RpcService Build() => new(_methods.Values, _limits);

    private static async ValueTask<TResponse> AskAsync<TResponse>(IActorRef actor, object request, RpcCall call)
    {
        // At least a moment: a time-out of zero or less would be another mistake than lateness.
        TimeSpan? wait = call.Remaining is not { } remaining ? null : remaining > s_leastWait ? remaining : s_leastWait;
        try
        {
            return await actor.Ask<TResponse>(request, wait, call.CancellationToken).ConfigureAwait(false);
        }
        catch (AskTimeoutException late)
        {
            throw new RpcStatusException(RpcStatus.DeadlineExceeded, "The time of the call was over before it was done.", late);
        }
    }

    private static string Checked(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Encoding.UTF8.GetByteCount(name) <= byte.MaxValue
            ? name
            : throw new ArgumentException("A method's name has 1 to 255 bytes.", nameof(name));
    }

    private RpcServiceBuilder Add(RpcMethod method) => _methods.TryAdd(method.Name, method)
        ? this
        : throw new ArgumentException($"There is a method {method.Name} already.", nameof(method));
}
