namespace Netpoll.Poller.Native;

/// <summary>
/// The error numbers of a system that does not number them as Linux does (<see cref="Errno"/>). Both families took theirs over from the first
/// Unixes, so all up to 34 but one are the same. Immutable.
/// </summary>
internal sealed class ErrorNumbers
{
    /// <summary>The last number that means the same everywhere: ERANGE.</summary>
    private const int LastCommon = 34;

    /// <summary>Added to a native number that has no counterpart here, so that it is taken for no other.</summary>
    private const int Foreign = 1000;

    private readonly Dictionary<int, int> _toLinux = [];
    private readonly Dictionary<int, int> _toNative = [];

    /// <param name="pairs">A number of <see cref="Errno"/> and the system's own. Of several natives for one the first is its name on the way back.</param>
    public ErrorNumbers(params ReadOnlySpan<(int Linux, int Native)> pairs)
    {
        foreach ((int linux, int native) in pairs)
        {
            _toLinux.Add(native, linux);
            _toNative.TryAdd(linux, native);
        }
    }

    /// <summary>What the code compares with.</summary>
    public int ToLinux(int native) =>
        _toLinux.TryGetValue(native, out int linux) ? linux
        : native <= LastCommon && !_toNative.ContainsKey(native) ? native
        : native + Foreign;

    /// <summary>What the system's own documents and messages say.</summary>
    public int ToNative(int linux) =>
        _toNative.TryGetValue(linux, out int native) ? native
        : linux >= Foreign ? linux - Foreign
        : linux;
}
