using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Connections;

/// <summary>What a pipe handler writes, taken while there is room; and what it has to hear besides requests.</summary>
internal sealed partial class ServerConnectionActor
{
    // The handler's, from its first message on; and whether it has something for which there was no room.
    private PipeOutput? _pipe;
    private bool _hasPipeOutput;

    protected override bool HandlerCloses => Connection.IsDuplex && !_isHandlerGone;

    protected override void OnInputEnded(Exception? error)
    {
        if (HandlerCloses)
        {
            _handler.Tell(new InputEnded(error), Self);
        }
    }

    private void OnPipeOutput(PipeOutput output)
    {
        if (_isClosed)
        {
            output.Abandon();
            return;
        }

        if (_pipe != output)
        {
            // Of a handler that has come in the place of another.
            FinishPipe();
            _pipe = output;
        }

        TakePipeOutput();
    }

    private void TakePipeOutput()
    {
        _hasPipeOutput = false;
        if (!CanSend)
        {
            _pipe!.Abandon();
        }
        else if (AwaitsRoom())
        {
            _hasPipeOutput = true;
        }
        else
        {
            OnTaken(_pipe!.Take(Output!));
        }
    }

    private void OnTaken(PipeOutput.State state)
    {
        switch (state)
        {
            case PipeOutput.State.Open:
                EndWrite();
                ExtendHalfClose();
                _pipe!.Await();
                break;
            case PipeOutput.State.WritingEnded:
                EndOutput();
                break;
            case PipeOutput.State.CodeEnded:
                BeginClose(CloseReason.LocalClose);
                break;
        }
    }

    // What its handler had flushed before it failed leaves, whether there is room or not.
    private void FinishPipe()
    {
        if (_pipe is not { } pipe)
        {
            return;
        }

        if (CanSend && pipe.Take(Output!) == PipeOutput.State.Open)
        {
            EndWrite();
        }

        pipe.Abandon();
        _hasPipeOutput = false;
    }
}
