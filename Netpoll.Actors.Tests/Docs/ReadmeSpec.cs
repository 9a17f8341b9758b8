using Xunit;

namespace Netpoll.Actors.Tests.Docs;

/// <summary>The README's code runs.</summary>
public sealed class ReadmeSpec
{
    [Fact]
    public async Task The_code_does_what_it_says()
    {
        (byte[] asked, byte[] called) = await ReadmeSnippets.RunAsync();
        Assert.Equal("hello"u8.ToArray(), asked);
        Assert.Equal("hello"u8.ToArray(), called);
    }
}
