using Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

await using WebApplication app = DashboardHost.Build(args);
await app.StartAsync();
Console.WriteLine($"open {app.Urls.First()}");
Console.WriteLine("Ctrl+C ends it");
await app.WaitForShutdownAsync();
