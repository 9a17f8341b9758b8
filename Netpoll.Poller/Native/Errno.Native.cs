using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>The way from the system's own numbers, and back to them.</summary>
internal static partial class Errno
{
    private static readonly ErrorNumbers? s_numbers = Platform.Current.Errors;

    /// <summary>The number that the code knows an error by.</summary>
    public static int FromNative(int native) => s_numbers is null ? native : s_numbers.ToLinux(native);

    /// <summary>The number that the system's documents know it by.</summary>
    public static int ToNative(int errno) => s_numbers is null ? errno : s_numbers.ToNative(errno);

    /// <summary>The C library's sentence for an error number, for example "Address already in use".</summary>
    public static string Describe(int errno) => Marshal.GetPInvokeErrorMessage(ToNative(errno));

    /// <summary>That sentence, and the system's number behind it.</summary>
    public static string Explain(int errno) => $"{Describe(errno)} (errno {ToNative(errno)})";
}
