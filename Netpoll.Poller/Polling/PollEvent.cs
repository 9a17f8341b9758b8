namespace Netpoll.Poller.Polling;

/// <summary>One report of a poller: which registration, and what is ready.</summary>
internal readonly record struct PollEvent(ulong Token, PollReadiness Readiness);
