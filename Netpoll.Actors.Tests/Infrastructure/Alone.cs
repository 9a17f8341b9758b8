using Xunit;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>Tests that count what the whole process has (descriptors, blocks of the shared pool): nothing else runs at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
