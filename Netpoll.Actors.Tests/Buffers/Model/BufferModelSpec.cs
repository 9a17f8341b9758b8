using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Buffers.Model;

/// <summary>
/// Random steps against a plain list of bytes. A failure names its seed and the shortest sequence found; put the seed into
/// <see cref="A_seed_that_failed_once"/> to keep it.
/// </summary>
public sealed class BufferModelSpec
{
    private const int StepsPerSequence = 400;

    /// <summary>400,000 steps in all; a changed start brings other ones: set NETPOLL_MODEL_SEED.</summary>
    private const int SequencesPerBatch = 250;

    private static readonly int s_firstSeed =
        int.TryParse(Environment.GetEnvironmentVariable("NETPOLL_MODEL_SEED"), out int seed) ? seed : 20260101;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_buffer_does_what_a_list_of_bytes_does(int batch)
    {
        for (int i = 0; i < SequencesPerBatch; i++)
        {
            Check(unchecked(s_firstSeed + (batch * SequencesPerBatch) + i), StepsPerSequence);
        }
    }

    [Theory]
    [InlineData(1)]
    public void A_seed_that_failed_once(int seed) => Check(seed, StepsPerSequence);

    private static void Check(int seed, int count)
    {
        Step[] steps = Steps.Generate(seed, count);
        if (Failure(seed, steps) is null)
        {
            return;
        }

        Step[] shrunk = Shrinker.Shrink(steps, candidate => Failure(seed, candidate) is not null);
        Assert.Fail($"seed {seed}: {Failure(seed, shrunk)}{Environment.NewLine}{string.Join(Environment.NewLine, shrunk)}");
    }

    private static string? Failure(int seed, Step[] steps)
    {
        var pool = new BlockPool(new BlockPoolOptions { KeepLeaseStacks = false });
        using BlockCache cache = pool.CreateCache();
        bool isCached = seed % 2 == 0;
        if (isCached)
        {
            cache.EnterThread();
        }

        try
        {
            BufferModel.Run(pool, steps);
            return null;
        }
        catch (Exception e) when (e is ModelMismatchException or InvalidOperationException)
        {
            return e.Message;
        }
        finally
        {
            if (isCached)
            {
                cache.ExitThread();
            }
        }
    }
}
