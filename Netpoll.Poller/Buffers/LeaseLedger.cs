#if DEBUG
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Netpoll.Poller.Buffers;

/// <summary>A DEBUG pool's list of the blocks that are out, each with the stack that rented it.</summary>
internal sealed class LeaseLedger(bool keepStacks)
{
    private readonly ConcurrentDictionary<Block, bool> _open = new(ReferenceEqualityComparer.Instance);

    public void Opened(Block block)
    {
        block.LeaseStack = keepStacks ? new StackTrace(skipFrames: 3, fNeedFileInfo: false).ToString() : null;
        _open[block] = true;
    }

    public void Closed(Block block)
    {
        block.LeaseStack = null;
        _open.TryRemove(block, out _);
    }

    public string Describe()
    {
        var text = new StringBuilder();
        foreach (Block block in _open.Keys)
        {
            text.AppendLine($"A block of {block.OwnBytes} bytes, rented at")
                .AppendLine(block.LeaseStack ?? "   (this pool keeps no stacks)");
        }

        return text.ToString();
    }
}
#endif
