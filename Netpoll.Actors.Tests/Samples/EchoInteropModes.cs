using Netpoll.Actors.Tests.Infrastructure;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

public sealed class BoundedServer() : EchoServerFixture("--pollers", "2", "--workers", "2");

[Collection(Alone.Name)]
public sealed class BoundedEchoInteropSpec(BoundedServer server) : EchoInteropSpec(server), IClassFixture<BoundedServer>;

public sealed class SerialServer() : EchoServerFixture("--serial");

[Collection(Alone.Name)]
public sealed class SerialEchoInteropSpec(SerialServer server) : EchoInteropSpec(server), IClassFixture<SerialServer>;

public sealed class SharedServer() : EchoServerFixture("--shared-handlers", "3");

[Collection(Alone.Name)]
public sealed class SharedEchoInteropSpec(SharedServer server) : EchoInteropSpec(server), IClassFixture<SharedServer>;

public sealed class UnixServer : EchoServerFixture
{
    private int _count;

    protected override string Address() => $"unix://{Path.GetTempPath()}/echo-{Environment.ProcessId}-{_count++}.sock";
}

[Collection(Alone.Name)]
public sealed class UnixEchoInteropSpec(UnixServer server) : EchoInteropSpec(server), IClassFixture<UnixServer>;
