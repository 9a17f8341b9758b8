namespace Netpoll.Actors.Rpc.Serialization;

/// <summary>
/// Where RPC gets the form of its requests and answers: JSON by <see cref="JsonRpcSerializer"/>, or anything else. Asked once for each type,
/// when methods are registered or a client is made; never on the path of a call.
/// </summary>
public interface IRpcSerializer
{
    /// <summary>The form of a type.</summary>
    /// <exception cref="NotSupportedException">It has none here.</exception>
    IRpcFormatter<T> For<T>();
}
