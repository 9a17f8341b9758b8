using Akka.Actor;
using Netpoll.Actors.Handlers;

namespace Chat;

/// <summary>What a guest asks for. Whoever deals with it last completes the line that it came from; only then is the guest's next one read.</summary>
/// <param name="Line">The line.</param>
internal abstract record Command(Request Line) : INoSerializationVerificationNeeded;

/// <summary>To the hall: be called this.</summary>
/// <param name="Name">The name.</param>
/// <param name="Line">The line.</param>
internal sealed record TakeName(string Name, Request Line) : Command(Line);

/// <summary>To the hall: go to another room, which is opened for the first to come.</summary>
/// <param name="Room">The room's name.</param>
/// <param name="Line">The line.</param>
internal sealed record Join(string Room, Request Line) : Command(Line);

/// <summary>To a room: tell the others.</summary>
/// <param name="Text">What was said.</param>
/// <param name="Line">The line.</param>
internal sealed record Say(string Text, Request Line) : Command(Line);

/// <summary>To a room: who is here?</summary>
/// <param name="Line">The line.</param>
internal sealed record Who(Request Line) : Command(Line);

/// <summary>From the hall to a room: the sender comes in.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Line">The line.</param>
internal sealed record Enter(string Name, Request Line) : Command(Line);

/// <summary>From the hall to a room: the sender has another name now.</summary>
/// <param name="Name">The new one.</param>
/// <param name="Line">The line.</param>
internal sealed record Rename(string Name, Request Line) : Command(Line);

/// <summary>From the hall to a room: this guest has gone.</summary>
/// <param name="Guest">The guest.</param>
internal sealed record Leave(IActorRef Guest);

/// <summary>From a room to a guest: it is in this room now.</summary>
/// <param name="Room">The room.</param>
internal sealed record Entered(IActorRef Room);

/// <summary>To a guest: something to read.</summary>
/// <param name="Text">A line, in UTF-8.</param>
internal sealed record Heard(ReadOnlyMemory<byte> Text);
