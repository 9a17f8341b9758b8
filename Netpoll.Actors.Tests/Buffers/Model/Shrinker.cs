namespace Netpoll.Actors.Tests.Buffers.Model;

/// <summary>Finds a short sequence of small steps that fails like a long one: by leaving out runs of steps, then by lowering numbers.</summary>
internal static class Shrinker
{
    /// <summary>Runs that may be spent; a failing sequence of some hundred steps needs fewer.</summary>
    private const int MaxRuns = 4000;

    public static Step[] Shrink(Step[] steps, Func<Step[], bool> fails)
    {
        int runs = 0;
        bool Fails(Step[] candidate) => runs++ < MaxRuns && fails(candidate);

        for (int length = steps.Length / 2; length > 0; length /= 2)
        {
            for (int at = 0; at + length <= steps.Length;)
            {
                Step[] candidate = [.. steps[..at], .. steps[(at + length)..]];
                if (Fails(candidate))
                {
                    steps = candidate;
                }
                else
                {
                    at += length;
                }
            }
        }

        for (int i = 0; i < steps.Length; i++)
        {
            foreach (Step smaller in Smaller(steps[i]))
            {
                Step[] candidate = [.. steps];
                candidate[i] = smaller;
                if (Fails(candidate))
                {
                    steps = candidate;
                    break;
                }
            }
        }

        return steps;
    }

    private static IEnumerable<Step> Smaller(Step step)
    {
        yield return step with { A = 1, B = 0 };
        yield return step with { A = Math.Min(step.A, 10), B = step.B % 16 };
        yield return step with { B = 0 };
        for (int a = step.A / 2; a > 1; a /= 2)
        {
            yield return step with { A = a };
        }
    }
}
