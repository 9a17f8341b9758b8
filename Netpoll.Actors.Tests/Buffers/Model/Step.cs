namespace Netpoll.Actors.Tests.Buffers.Model;

/// <summary>What a step does to the buffer and to the model.</summary>
internal enum Operation
{
    Malloc,
    WriteSpan,
    WriteMemory,
    WriteForeign,
    WriteByte,
    WriteString,
    WriterSpan,
    WriterMemory,
    WriteDirect,
    MallocAck,
    AppendBuffer,
    AppendSlice,
    AppendOwner,
    WriteSequence,
    Flush,
    Receive,
    Next,
    Peek,
    TooMuch,
    Skip,
    Slice,
    ReadByte,
    ReadBinary,
    ReadString,
    Read,
    Sequence,
    IndexOfByte,
    IndexOfRow,
    Until,
    Send,
    Release,
    DisposeSlice,
    RetainSlice,
    MoveSlice,
    Clear,
}

/// <summary>
/// One step. The numbers are taken modulo what the state allows, so that a sequence stays valid when steps are left out of it.
/// </summary>
internal readonly record struct Step(Operation Operation, int A, int B);

/// <summary>Makes sequences of steps from a seed.</summary>
internal static class Steps
{
    private static readonly Operation[] s_operations = Enum.GetValues<Operation>();

    public static Step[] Generate(int seed, int count)
    {
        var random = new Random(seed);
        // A sequence leans to long or to short pieces, so that both deep chains and roomy blocks occur.
        int lean = random.Next(3);
        var steps = new Step[count];
        for (int i = 0; i < count; i++)
        {
            Operation operation = s_operations[random.Next(s_operations.Length)];
            if (operation == Operation.Clear && random.Next(20) != 0)
            {
                operation = Operation.Flush;
            }

            steps[i] = new Step(operation, Size(random, lean), random.Next(1 << 20));
        }

        return steps;
    }

    private static int Size(Random random, int lean) => random.Next(100) switch
    {
        < 55 => random.Next(1, lean == 0 ? 20 : 300),
        < 90 => random.Next(1, lean == 2 ? 9000 : 2000),
        < 98 => random.Next(4000, 20_000),
        _ => random.Next(1, lean == 2 ? 400_000 : 40_000),
    };
}
