using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Netpoll.Bench.Servers.Hosting;

namespace Netpoll.Bench.Servers.Kestrel;

/// <summary>ASP.NET Core's server as a plain TCP server, with a <see cref="ConnectionHandler"/>. Its options are its defaults.</summary>
internal sealed class KestrelServer : IEchoServer
{
    /// <inheritdoc/>
    public async Task<(IPEndPoint Address, IAsyncDisposable Running)> StartAsync(string[] arguments)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<SocketTransportOptions>(options => options.Backlog = Host.Backlog);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseConnectionHandler<EchoConnectionHandler>()));
        WebApplication application = builder.Build();
        await application.StartAsync();
        return (new IPEndPoint(IPAddress.Loopback, new Uri(application.Urls.Single()).Port), application);
    }
}
