namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>An empty directory with a short path, so that Unix sockets fit in; removed with all that is in it.</summary>
internal sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("np").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
