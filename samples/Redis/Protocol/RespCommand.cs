using System.Buffers;
using System.Buffers.Text;

namespace RedisSample.Protocol;

/// <summary>
/// Commands as Redis's clients send them (RESP, https://redis.io/docs/latest/develop/reference/protocol-spec/): an array of strings with their
/// lengths, or words on a line.
/// </summary>
internal static class RespCommand
{
    /// <summary>The most arguments. Arbitrary; Redis's own limit is a million.</summary>
    public const int MaxArguments = 1024;

    /// <summary>The longest argument in bytes. Arbitrary; Redis's own limit is 512 MiB.</summary>
    public const int MaxArgumentBytes = 512 * 1024;

    /// <summary>The longest line of words in bytes, as Redis has it.</summary>
    public const int MaxLineBytes = 64 * 1024;

    /// <summary>The longest line with a number: a sign, 19 digits and some zeros.</summary>
    private const int MaxNumberBytes = 32;

    /// <summary>Reads the command at the front of what has come.</summary>
    /// <param name="input">What has come.</param>
    /// <param name="arguments">Gets the command's arguments; null when only its end is asked for.</param>
    /// <param name="end">Where the command ends, if it is complete.</param>
    /// <param name="error">What is wrong, if it is malformed.</param>
    public static RespStatus TryRead(in ReadOnlySequence<byte> input, List<byte[]>? arguments, out SequencePosition end, out string? error)
    {
        SequenceReader<byte> reader = new(input);
        error = null;
        RespStatus status = reader.TryPeek(out byte first) && first == '*'
            ? TryReadArray(ref reader, arguments, ref error)
            : TryReadLine(ref reader, arguments, ref error);
        end = reader.Position;
        return status;
    }

    private static RespStatus TryReadArray(ref SequenceReader<byte> reader, List<byte[]>? arguments, ref string? error)
    {
        RespStatus status = TryReadNumber(ref reader, MaxArguments, "invalid multibulk length", out int count, ref error);
        for (int i = 0; status == RespStatus.Complete && i < count; i++)
        {
            if (reader.TryPeek(out byte first) && first != '$')
            {
                error = $"expected '$', got '{(char)first}'";
                return RespStatus.Malformed;
            }

            status = TryReadNumber(ref reader, MaxArgumentBytes, "invalid bulk length", out int bytes, ref error);
            if (status == RespStatus.Complete)
            {
                status = bytes < 0 ? Malformed("invalid bulk length", ref error) : TryReadArgument(ref reader, bytes, arguments, ref error);
            }
        }

        return status;
    }

    private static RespStatus TryReadArgument(ref SequenceReader<byte> reader, int bytes, List<byte[]>? arguments, ref string? error)
    {
        if (reader.Remaining < bytes + 2)
        {
            return RespStatus.Incomplete;
        }

        if (arguments is not null)
        {
            byte[] argument = new byte[bytes];
            reader.TryCopyTo(argument);
            arguments.Add(argument);
        }

        reader.Advance(bytes);
        return reader.IsNext("\r\n"u8, advancePast: true) ? RespStatus.Complete : Malformed("an argument is longer than it says", ref error);
    }

    /// <summary>Reads a mark, a number and the end of the line.</summary>
    private static RespStatus TryReadNumber(ref SequenceReader<byte> reader, int most, string otherwise, out int number, ref string? error)
    {
        number = 0;
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
        {
            return reader.Remaining > MaxNumberBytes ? Malformed(otherwise, ref error) : RespStatus.Incomplete;
        }

        if (line.Length is 0 or > MaxNumberBytes)
        {
            return Malformed(otherwise, ref error);
        }

        Span<byte> digits = stackalloc byte[MaxNumberBytes];
        line.CopyTo(digits);
        digits = digits[1..(int)line.Length];
        return Utf8Parser.TryParse(digits, out number, out int used) && used == digits.Length && number <= most
            ? RespStatus.Complete
            : Malformed(otherwise, ref error);
    }

    private static RespStatus TryReadLine(ref SequenceReader<byte> reader, List<byte[]>? arguments, ref string? error)
    {
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            return reader.Remaining > MaxLineBytes ? Malformed("too big inline request", ref error) : RespStatus.Incomplete;
        }

        if (line.Length > MaxLineBytes)
        {
            return Malformed("too big inline request", ref error);
        }

        if (arguments is not null)
        {
            SequenceReader<byte> words = new(line);
            while (words.AdvancePastAny((byte)' ', (byte)'\t', (byte)'\r') >= 0 && !words.End)
            {
                long begin = words.Consumed;
                if (!words.TryAdvanceToAny(" \t\r"u8, advancePastDelimiter: false))
                {
                    words.AdvanceToEnd();
                }

                byte[] word = new byte[words.Consumed - begin];
                line.Slice(begin, word.Length).CopyTo(word);
                arguments.Add(word);
            }
        }

        return RespStatus.Complete;
    }

    private static RespStatus Malformed(string what, ref string? error)
    {
        error = what;
        return RespStatus.Malformed;
    }
}
