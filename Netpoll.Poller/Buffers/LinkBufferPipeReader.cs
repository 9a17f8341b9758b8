using System.IO.Pipelines;

namespace Netpoll.Poller.Buffers;

/// <summary>A <see cref="LinkBufferPipe"/> from its reader's side.</summary>
internal sealed class LinkBufferPipeReader(LinkBufferPipe pipe) : PipeReader
{
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => pipe.ReadAsync(cancellationToken);

    public override bool TryRead(out ReadResult result) => pipe.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => pipe.AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => pipe.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => pipe.CancelPendingRead();

    public override void Complete(Exception? exception = null) => pipe.CompleteReader(exception);
}
