using BenchmarkDotNet.Attributes;
using Netpoll.Microbenchmarks.Buffers;

namespace Netpoll.Microbenchmarks;

/// <summary>A message written and read again, by its size.</summary>
public class WriteThenReadBenchmarks
{
    private Scenario[] _scenarios = [];

    /// <summary>Bytes of the message.</summary>
    [Params(64, 1024, 64 * 1024, 1024 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup() => _scenarios = Groups.OfSize(Bytes);

    [Benchmark(Baseline = true)]
    public long Pipe() => _scenarios[0].Once();

    [Benchmark]
    public long LinkBufferCopiedIn() => _scenarios[1].Once();

    [Benchmark]
    public long LinkBufferMemoryGiven() => _scenarios[2].Once();

    [Benchmark]
    public long LinkBufferCopiedOut() => _scenarios[3].Once();

    [Benchmark]
    public long LinkBufferPipe() => _scenarios[4].Once();

    [Benchmark]
    public long MemoryStream() => _scenarios[5].Once();
}

/// <summary>A message kept beyond the release of what it came in.</summary>
public class SlicingBenchmarks
{
    private readonly Slicing.CopiedOutOfPipe _pipe = new();
    private Slicing.Sliced? _sliced;

    [GlobalSetup]
    public void Setup() => _sliced = new Slicing.Sliced();

    [Benchmark(Baseline = true)]
    public long PipePooledCopy() => _pipe.Once();

    [Benchmark]
    public long LinkBufferSlice() => _sliced!.Once();
}

/// <summary>32 frames cut out of one read.</summary>
public class FramingBenchmarks
{
    private readonly Framing.ThroughPipe _pipe = new();
    private readonly Framing.CopiedOutOfPipe _pipeKept = new();
    private readonly Framing.ThroughMemoryStream _stream = new();
    private Framing.Next? _next;
    private Framing.Shown? _shown;
    private Framing.Sliced? _sliced;

    [GlobalSetup]
    public void Setup()
    {
        _next = new Framing.Next();
        _shown = new Framing.Shown();
        _sliced = new Framing.Sliced();
    }

    [Benchmark(Baseline = true)]
    public long PipeShown() => _pipe.Once();

    [Benchmark]
    public long LinkBufferSpans() => _next!.Once();

    [Benchmark]
    public long LinkBufferSequences() => _shown!.Once();

    [Benchmark]
    public long PipePooledCopies() => _pipeKept.Once();

    [Benchmark]
    public long LinkBufferSlices() => _sliced!.Once();

    [Benchmark]
    public long MemoryStream() => _stream.Once();
}
