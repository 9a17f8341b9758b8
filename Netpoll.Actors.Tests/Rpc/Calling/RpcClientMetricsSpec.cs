using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Netpoll.Actors.Rpc.Calling;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc.Calling;

/// <summary>How long calls took, by method and by how they ended, as the meter tells it.</summary>
public sealed class RpcClientMetricsSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    // The meter is the whole process's: these methods are this test's.
    private readonly string _prefix = $"{Guid.NewGuid():N}/";

    [Fact]
    public async Task Every_call_is_measured_under_its_method_and_its_status()
    {
        ConcurrentQueue<(string Method, string Status, string? Error, string System, double Seconds)> measured = new();
        using MeterListener listener = Listen(measured);
        using ScriptedRpcServer server = new(got =>
        {
            switch (got.Kind == RpcKind.Cancel ? "" : got.Method[_prefix.Length..])
            {
                case "good":
                    got.Answer("1");
                    break;
                case "bad":
                    got.Fail(RpcStatus.NotFound, "No.");
                    break;
                case "stream":
                    got.Item("1");
                    got.End();
                    break;
            }
        });
        await using RpcServiceClient client = Sys.Netpoll().RpcService(server.Address, TextSerializer.Instance);

        await client.Unary<string, string>(_prefix + "good").CallAsync("x").InTime();
        await client.Unary<string, string>(_prefix + "good").CallWithMetadataAsync("x").InTime();
        await Assert.ThrowsAsync<RpcStatusException>(() => client.Unary<string, string>(_prefix + "bad").CallAsync("x").InTime());
        await Assert.ThrowsAsync<RpcStatusException>(
            () => client.Unary<string, string>(_prefix + "silent").CallAsync("x", TimeSpan.FromMilliseconds(20)).InTime());
        using CancellationTokenSource enough = new(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.Unary<string, string>(_prefix + "silent").CallAsync("x", cancellationToken: enough.Token).InTime());
        await client.OneWay<string>(_prefix + "note").SendAsync("x").AsTask().InTime();
        await foreach (string item in client.Stream<string, string>(_prefix + "stream").CallAsync("x"))
        {
            Assert.Equal("1", item);
        }

        // Recorded before the caller goes on, so all of it is there.
        Assert.Equal(
            [
                ("good", "Ok", null),
                ("good", "Ok", null),
                ("bad", "NotFound", "NotFound"),
                ("silent", "DeadlineExceeded", "DeadlineExceeded"),
                ("silent", "Cancelled", "Cancelled"),
                ("note", "Ok", null),
                ("stream", "Ok", (string?)null),
            ],
            measured.Select(one => (one.Method[_prefix.Length..], one.Status, one.Error)));
        Assert.All(measured, one => Assert.Equal("netpoll", one.System));
        Assert.All(measured, one => Assert.InRange(one.Seconds, 0, Eventually.Patience.TotalSeconds));
    }

    private MeterListener Listen(ConcurrentQueue<(string, string, string?, string, double)> measured)
    {
        MeterListener listener = new()
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Meter.Name: "Netpoll.Actors", Name: "rpc.client.call.duration", Unit: "s" })
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            Dictionary<string, object?> byName = new(tags.ToArray());
            if (byName["rpc.method"] is string method && method.StartsWith(_prefix, StringComparison.Ordinal))
            {
                measured.Enqueue((
                    method, (string)byName["rpc.response.status_code"]!, byName.GetValueOrDefault("error.type") as string, (string)byName["rpc.system.name"]!, seconds));
            }
        });
        listener.Start();
        return listener;
    }
}
