namespace Netpoll.Bench.Load.Frames;

/// <summary>Which request a frame is: a reply to any other one is noticed, in whatever order replies come.</summary>
/// <param name="Connection">The connection's number.</param>
/// <param name="Slot">Which of the requests that are under way on it.</param>
/// <param name="Sequence">How many requests the slot has had before.</param>
internal readonly record struct FrameStamp(int Connection, int Slot, long Sequence);
