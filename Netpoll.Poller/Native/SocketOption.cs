namespace Netpoll.Poller.Native;

/// <summary>Names an option to <c>setsockopt(2)</c>. The default value is one that the system does not have.</summary>
internal readonly record struct SocketOption(int Level, int Name)
{
    public bool IsMissing => Name == 0;
}
