using Xunit;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>
/// Tests that run while no other does: those that count what the whole process holds, and those that start processes. A child has every
/// descriptor of its parent until it executes its program, so a socket that a test closes at that moment is not closed yet.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
