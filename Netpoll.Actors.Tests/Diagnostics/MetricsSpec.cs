using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Akka.Actor;
using Netpoll.Actors.Diagnostics;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Diagnostics;

/// <summary>What a loaded server shows to whoever listens.</summary>
/// <remarks>A system of another name for each test, because the meter is the whole process's.</remarks>
public sealed class MetricsSpec(ITestOutputHelper output) : NetpollSpec(output, name: $"metrics-{Guid.NewGuid():N}")
{
    private const int Requests = 50;
    private const int PayloadBytes = 100;

    [Fact]
    public async Task A_listener_reads_what_a_loaded_server_has_done()
    {
        using Readings readings = new(Sys.Name);
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>()));
        using RawClient client = RawClient.Connect(address);
        Load(client);

        await Eventually.Holds(() => readings.Sum("netpoll.network.io", "transmit") == Requests * (PayloadBytes + 4), "all bytes sent are counted");
        Assert.Equal(Requests * (PayloadBytes + 4), readings.Sum("netpoll.network.io", "receive"));
        Assert.Equal(1, readings.Sum("netpoll.connections.open"));
        Assert.Equal(1, readings.Sum("netpoll.connections.accepted"));
        Assert.Equal(0, readings.Sum("netpoll.connections.dialled"));
        Assert.Equal(Requests, readings.Sum("netpoll.requests"));
        Assert.Equal(0, readings.Sum("netpoll.requests.failed"));
        Assert.Equal(0, readings.Sum("netpoll.requests.active"));
        Assert.Equal(Requests, readings.Durations);
        Assert.True(readings.Sum("netpoll.loop.time", "busy") > 0, "the loops have worked");
        Assert.True(readings.Sum("netpoll.loop.time", "idle") > 0, "the loops have been parked");
        Assert.True(readings.Sum("netpoll.loop.hold.longest") > 0, "a round takes some time");
        Assert.True(readings.Sum("netpoll.buffers.pooled") > 0, "blocks lie ready");

        client.Dispose();
        await Eventually.Holds(() => readings.Sum("netpoll.connections.closed", "peer_closed") == 1, "the end is counted by its reason");
        Assert.Equal(0, readings.Sum("netpoll.connections.open"));
    }

    [Fact]
    public async Task Requests_that_fail_or_are_left_without_an_answer_are_counted_as_failed()
    {
        using Readings readings = new(Sys.Name);
        Script failing = new() { OnRequest = _ => throw new InvalidOperationException("on purpose") };
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(failing.Props));
        using RawClient client = RawClient.Connect(address);
        client.SendFrame("a"u8);
        client.ReceiveEnd();
        await Eventually.Holds(() => readings.Sum("netpoll.requests.failed") == 1, "the failed request is counted");

        Script silent = Script.Silent();
        (_, address) = await ListenAsync(HandlerSource.PerConnection(silent.Props));
        using RawClient leaving = RawClient.Connect(address);
        leaving.SendFrame("b"u8);
        await Eventually.Holds(() => readings.Sum("netpoll.requests.active") == 1, "the open request is counted");
        leaving.Reset();
        await Eventually.Holds(() => readings.Sum("netpoll.requests.failed") == 2, "the request that was left is counted");
        Assert.Equal(0, readings.Sum("netpoll.requests.active"));
    }

    [Fact]
    public async Task OpenTelemetry_exports_it()
    {
        List<Metric> exported = [];
        using MeterProvider provider = Sdk.CreateMeterProviderBuilder().AddMeter(NetpollDiagnostics.MeterName).AddInMemoryExporter(exported).Build();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>()));
        using RawClient client = RawClient.Connect(address);
        Load(client);

        Assert.True(provider.ForceFlush());
        Assert.Equal(Requests, Points("netpoll.requests").Sum(point => point.GetSumLong()));
        Assert.Equal(Requests, Points("netpoll.request.duration").Sum(point => point.GetHistogramCount()));
        Assert.Equal("s", exported.Single(metric => metric.Name == "netpoll.request.duration").Unit);

        List<MetricPoint> Points(string name)
        {
            List<MetricPoint> ofThisSystem = [];
            foreach (ref readonly MetricPoint point in exported.Single(metric => metric.Name == name).GetMetricPoints())
            {
                foreach (KeyValuePair<string, object?> tag in point.Tags)
                {
                    if (tag.Key == "netpoll.system" && Equals(tag.Value, Sys.Name))
                    {
                        ofThisSystem.Add(point);
                    }
                }
            }

            return ofThisSystem;
        }
    }

    [Fact]
    public async Task A_poller_and_a_connection_answer_for_themselves()
    {
        Script script = new();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props), new ListenerOptions());
        using RawClient client = RawClient.Connect(address);
        Load(client);
        HandlerEvent connected = await script.Events.NextAsync();

        ConnectionStats connection = await connected.Connection!.Actor.Ask<ConnectionStats>(GetStats.Instance, Eventually.Patience);
        Assert.Equal(Requests * (PayloadBytes + 4), connection.BytesReceived);
        Assert.Equal(0, connection.InFlight);

        PollerStats[] pollers = await Task.WhenAll(Enumerable.Range(0, 2).Select(index =>
            Sys.ActorSelection($"/system/netpoll/poller-{index}").Ask<PollerStats>(GetStats.Instance, Eventually.Patience)));
        Assert.Equal([0, 1], pollers.Select(poller => poller.Index));
        Assert.All(pollers, poller => Assert.InRange(poller.Load.BusyShare, 0, 1));
        Assert.Equal(2, pollers.Sum(poller => poller.Sockets));
    }

    [Fact]
    public async Task Connections_that_a_limit_keeps_out_are_counted_by_the_limit()
    {
        using Readings readings = new(Sys.Name);
        ListenerOptions one = new() { Limits = new ListenerLimits { MaxConnections = 1 } };
        (IActorRef listener, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>()), one);
        using RawClient first = RawClient.Connect(address);
        Load(first);
        using RawClient second = RawClient.Connect(address);
        second.ReceiveEnd();

        Assert.Equal(1, readings.Sum("netpoll.connections.refused", "connections"));
        Assert.Equal(1, (await listener.Ask<ListenerStats>(GetStats.Instance, Eventually.Patience)).Refused);
    }

    [Fact]
    public async Task The_event_stream_tells_of_a_listeners_begin_and_end()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerBound));
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerUnbound));
        (IActorRef listener, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>()));
        Assert.Equal([address], ExpectMsg<ListenerBound>(Eventually.Patience).Addresses);
        await StopAsync(listener);
        Assert.Equal(listener, ExpectMsg<ListenerUnbound>(Eventually.Patience).Listener);
    }

    [Fact]
    public async Task The_event_stream_tells_of_connections_that_open()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ConnectionOpened));
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>()));
        using RawClient client = RawClient.Connect(address);

        ConnectionOpened opened = ExpectMsg<ConnectionOpened>(Eventually.Patience);
        Assert.Equal(address, opened.Connection.LocalAddress);
    }

    private static void Load(RawClient client)
    {
        byte[] payload = new byte[PayloadBytes];
        for (int i = 0; i < Requests; i++)
        {
            client.SendFrame(payload);
            Assert.Equal(PayloadBytes, client.ReceiveFrame().Length);
        }
    }

    /// <summary>Listens to the meter, to what it says of one actor system and of the whole process.</summary>
    private sealed class Readings : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentBag<(string Name, double Value, string[] Attributes)> _latest = [];
        private readonly string _system;
        private int _durations;

        public Readings(string system)
        {
            _system = system;
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == NetpollDiagnostics.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        public int Durations => Volatile.Read(ref _durations);

        /// <summary>The sum of what an instrument says now, of all series with an attribute of this value.</summary>
        public double Sum(string name, string? attribute = null)
        {
            _latest.Clear();
            _listener.RecordObservableInstruments();
            return _latest.Where(reading => reading.Name == name && (attribute is null || reading.Attributes.Contains(attribute))).Sum(reading => reading.Value);
        }

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? system = null;
            List<string> attributes = [];
            foreach ((string key, object? attribute) in tags)
            {
                system = key == "netpoll.system" ? (string?)attribute : system;
                attributes.Add(attribute?.ToString() ?? "");
            }

            if (system is not null && system != _system)
            {
                return;
            }

            if (instrument.Name == "netpoll.request.duration")
            {
                Interlocked.Increment(ref _durations);
            }
            else
            {
                _latest.Add((instrument.Name, value, [.. attributes]));
            }
        }
    }
}
