using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Akka.Actor;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serving;
using Netpoll.Actors.Tests.Infrastructure;
using RpcSample.Contract;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc.Serving;

/// <summary>Traces that go on from the caller's, and how long calls took.</summary>
public sealed class RpcTelemetrySpec(ITestOutputHelper output) : NetpollSpec(output, "akka.loglevel = OFF")
{
    private readonly string _method = $"method-{Guid.NewGuid()}";
    private Activity? _inMethod;

    [Fact]
    public async Task A_call_goes_on_with_its_callers_trace_and_baggage()
    {
        ConcurrentQueue<Activity> stopped = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name is "Netpoll.Actors" or nameof(RpcTelemetrySpec),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using ActivitySource callers = new(nameof(RpcTelemetrySpec));
        await using PlainRpcConnection connection = await ServeAsync();

        using (Activity caller = callers.StartActivity("caller")!)
        {
            caller.TraceStateString = "vendor=1";
            caller.SetBaggage("tenant", "a b");
            await CallAsync(connection, 1);
            Activity served = Assert.Single(stopped, activity => activity.TraceId == caller.TraceId);
            Assert.Same(_inMethod, served);
            Assert.Equal(caller.SpanId, served.ParentSpanId);
            Assert.Equal((_method, ActivityKind.Server, "vendor=1"), (served.DisplayName, served.Kind, served.TraceStateString));
            Assert.Equal("a b", served.GetBaggageItem("tenant"));
            Assert.Equal(("netpoll", _method, "Ok"), (served.GetTagItem("rpc.system.name"), served.GetTagItem("rpc.method"), served.GetTagItem("rpc.response.status_code")));
            Assert.Equal(ActivityStatusCode.Unset, served.Status);

            stopped.Clear();
            await Assert.ThrowsAsync<RpcStatusException>(() => CallAsync(connection, 0));
            Activity failed = Assert.Single(stopped, activity => activity.TraceId == caller.TraceId);
            Assert.Equal((ActivityStatusCode.Error, "Nothing to do."), (failed.Status, failed.StatusDescription));
            Assert.Equal("FailedPrecondition", failed.GetTagItem("error.type"));
        }

        // A call without a trace begins its own.
        await CallAsync(connection, 1);
        Assert.NotNull(_inMethod);
        Assert.Equal(default, _inMethod.ParentSpanId);
    }

    [Fact]
    public async Task How_long_a_call_took_is_measured_when_somebody_listens()
    {
        ConcurrentQueue<(double Seconds, string Status, string? Error)> measured = new();
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Meter.Name: "Netpoll.Actors", Name: "rpc.server.call.duration", Unit: "s" })
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            Dictionary<string, object?> byName = new(tags.ToArray());
            if (byName["rpc.method"] as string == _method)
            {
                measured.Enqueue((seconds, (string)byName["rpc.response.status_code"]!, byName.GetValueOrDefault("error.type") as string));
            }
        });
        listener.Start();
        await using PlainRpcConnection connection = await ServeAsync();

        await CallAsync(connection, 1);
        await Assert.ThrowsAsync<RpcStatusException>(() => CallAsync(connection, 0));

        Assert.Equal([("Ok", null), ("FailedPrecondition", "FailedPrecondition")], measured.Select(one => (one.Status, one.Error)));
        Assert.All(measured, one => Assert.InRange(one.Seconds, 0, Eventually.Patience.TotalSeconds));
    }

    private Task<Number> CallAsync(PlainRpcConnection connection, long value) =>
        connection.CallAsync<Number, Number>(_method, new Number(value), CalculatorMethods.Json).InTime();

    private async Task<PlainRpcConnection> ServeAsync()
    {
        RpcService service = new RpcServiceBuilder(CalculatorMethods.Json).Unary<Number, Number>(_method, async (number, _) =>
        {
            await Task.Yield();
            _inMethod = Activity.Current;
            return number.Value == 0 ? throw new RpcStatusException(RpcStatus.FailedPrecondition, "Nothing to do.") : number;
        }).Build();
        IActorRef listener = Sys.ActorOf(RpcServer.Props("tcp://127.0.0.1:0", service));
        return await PlainRpcConnection.ConnectAsync((await listener.Ask<Bound>(GetBound.Instance, Eventually.Patience)).Address);
    }
}
