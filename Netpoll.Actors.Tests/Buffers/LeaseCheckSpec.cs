using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Buffers;

/// <summary>Misuse of memory is found: leaks in every build, the rest in DEBUG, where it throws at the culprit.</summary>
public sealed class LeaseCheckSpec
{
    private readonly BlockPool _pool = new();

    [Fact]
    public void A_leak_is_found_and_its_renter_named()
    {
        var buffer = new LinkBuffer(_pool);
        RentSomething(buffer);
        var found = Assert.Throws<InvalidOperationException>(_pool.ThrowIfLeased);
        Assert.Contains("1 blocks", found.Message, StringComparison.Ordinal);
#if DEBUG
        Assert.Contains(nameof(RentSomething), found.Message, StringComparison.Ordinal);
#endif
        buffer.Dispose();
        _pool.ThrowIfLeased();
    }

    [Fact]
    public void A_forgotten_slice_is_a_leak_until_it_is_disposed()
    {
        using var buffer = new LinkBuffer(_pool);
        RentSomething(buffer);
        BufferSlice slice = buffer.Slice(1);
        buffer.Dispose();
        Assert.Throws<InvalidOperationException>(_pool.ThrowIfLeased);
        slice.Dispose();
        slice.Dispose();
        _pool.ThrowIfLeased();
    }

    [Fact]
    public void A_disposed_slice_is_empty()
    {
        using var buffer = new LinkBuffer(_pool);
        RentSomething(buffer);
        BufferSlice slice = buffer.Slice(1);
        slice.Dispose();
        Assert.True(slice.IsEmpty);
        Assert.Equal(0, slice.Length);
        Assert.True(slice.AsSequence().IsEmpty);
        Assert.True(slice.FirstSpan.IsEmpty);
        slice.CopyTo([]);
    }

    [Fact]
    public void A_slice_that_holds_bytes_is_not_filled_again()
    {
        using var buffer = new LinkBuffer(_pool);
        RentSomething(buffer);
        RentSomething(buffer);
        using BufferSlice slice = buffer.Slice(1);
        using var other = new BufferSlice();
        Assert.Throws<InvalidOperationException>(() => buffer.Slice(1, slice));
        Assert.Throws<InvalidOperationException>(() => other.MoveTo(slice));
        slice.MoveTo(other);
        buffer.Slice(1, slice);
        Assert.Equal((1, 1), (slice.Length, other.Length));
    }

#if DEBUG
    [Fact]
    public void Returned_memory_is_poisoned()
    {
        Block block = _pool.Rent(8192);
        block.SpanAt(0, 8192).Clear();
        block.Unlink();
        Assert.False(block.SpanAt(0, 8192).ContainsAnyExcept(Block.Poison));
    }

    [Fact]
    public void A_write_into_returned_memory_is_found_when_it_is_rented_again()
    {
        Block block = _pool.Rent(8192);
        block.Unlink();
        block.SpanAt(100, 1)[0] = 1;
        Assert.Throws<InvalidOperationException>(() => _pool.Rent(8192));
    }

    [Fact]
    public void A_second_return_throws()
    {
        Block block = _pool.Rent(8192);
        block.Unlink();
        Assert.Throws<InvalidOperationException>(block.Unlink);
        Assert.Throws<InvalidOperationException>(block.Drop);
    }

    [Fact]
    public void A_slice_whose_block_was_returned_behind_its_back_throws()
    {
        var buffer = new LinkBuffer(_pool);
        RentSomething(buffer);
        BufferSlice slice = buffer.Slice(1);
        buffer.Release();
        slice.First!.Drop();
        Assert.Throws<InvalidOperationException>(() => slice.AsSequence().Length);
        Assert.Throws<InvalidOperationException>(() => slice.FirstSpan.Length);
        Assert.Throws<InvalidOperationException>(slice.Dispose);
    }
#endif

    private static void RentSomething(LinkBuffer buffer)
    {
        buffer.WriteByte(1);
        buffer.Flush();
    }
}
