namespace Netpoll.Bench;

/// <summary>The run cannot go on; the message is for the person at the terminal.</summary>
public sealed class BenchException(string message, Exception? inner = null) : Exception(message, inner);
