using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Netpoll.Bench.Servers.Frames;

namespace Netpoll.Bench.Servers.Kestrel;

/// <summary>One connection: read, write an answer to each whole frame of what came, flush once, and again.</summary>
internal sealed class EchoConnectionHandler : ConnectionHandler
{
    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        PipeWriter output = connection.Transport.Output;
        try
        {
            ReadResult read;
            do
            {
                read = await input.ReadAsync();
                ReadOnlySequence<byte> rest = read.Buffer;
                bool hasAnswers = false;
                while (FrameScanner.TryCut(ref rest, out ReadOnlySequence<byte> frame))
                {
                    Write(output, frame);
                    hasAnswers = true;
                }

                input.AdvanceTo(rest.Start, rest.End);
                if (hasAnswers)
                {
                    await output.FlushAsync();
                }
            }
            while (!read.IsCompleted);
        }
        catch (Exception e) when (e is ConnectionResetException or InvalidDataException)
        {
            // IGNORED: the client sees the connection end, and counts it as an error.
        }
    }

    private static void Write(PipeWriter output, in ReadOnlySequence<byte> frame)
    {
        foreach (ReadOnlyMemory<byte> segment in frame)
        {
            output.Write(segment.Span);
        }
    }
}
