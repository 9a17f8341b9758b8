using Netpoll.Poller.Channels;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>Counts what a stream channel reports, and does what the test asks for each time.</summary>
internal sealed class RecordingReceiver : IStreamReceiver
{
    public int Readable { get; private set; }

    public int Writable { get; private set; }

    public int HangUps { get; private set; }

    public Action? WhenReadable { get; set; }

    public Action? WhenWritable { get; set; }

    public Action? WhenHungUp { get; set; }

    public void OnReadable()
    {
        Readable++;
        WhenReadable?.Invoke();
    }

    public void OnWritable()
    {
        Writable++;
        WhenWritable?.Invoke();
    }

    public void OnHangUp()
    {
        HangUps++;
        WhenHungUp?.Invoke();
    }
}
