using Xunit;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>Tests that change or count what the whole process shares: no other test runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ExclusiveCollection
{
    public const string Name = "Alone in the process";
}
