namespace Netpoll.Poller.Native;

/// <summary>Where <c>lstat(2)</c> puts what is asked of a file: offsets into <c>struct stat</c>, in bytes.</summary>
/// <param name="Bytes">At least the structure's size.</param>
/// <param name="Device">Offset of the device's number.</param>
/// <param name="DeviceBytes">Its size: 4 or 8.</param>
/// <param name="Inode">Offset of the file's number, 8 bytes.</param>
/// <param name="Mode">Offset of the kind and the permissions, 2 bytes.</param>
internal sealed record FileStatusLayout(int Bytes, int Device, int DeviceBytes, int Inode, int Mode);
