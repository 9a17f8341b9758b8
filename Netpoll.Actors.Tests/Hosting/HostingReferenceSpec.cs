using System.Reflection;
using System.Text;
using Akka.Configuration;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Hosting;
using Netpoll.Actors.Hosting.Configuration;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Rpc;
using Netpoll.Poller.Loops;
using Xunit;

namespace Netpoll.Actors.Tests.Hosting;

/// <summary>The reference file of hosting lists what the options have, with the libraries' own defaults.</summary>
public sealed class HostingReferenceSpec
{
    private static readonly Config s_reference = Section.ReferenceConfig();

    [Theory]
    [InlineData("netpoll.listener", typeof(NetpollListenerOptions))]
    [InlineData("netpoll.listener.length-field", typeof(NetpollLengthFieldOptions))]
    [InlineData("netpoll.listener.delimiter", typeof(NetpollDelimiterOptions))]
    [InlineData("netpoll.listener.line", typeof(NetpollLineOptions))]
    [InlineData("netpoll.listener.fixed", typeof(NetpollFixedOptions))]
    [InlineData("netpoll.client", typeof(NetpollClientOptions))]
    [InlineData("netpoll.client.length-field", typeof(NetpollLengthFieldOptions))]
    [InlineData("netpoll.client.delimiter", typeof(NetpollDelimiterOptions))]
    [InlineData("netpoll.client.line", typeof(NetpollLineOptions))]
    [InlineData("netpoll.client.fixed", typeof(NetpollFixedOptions))]
    [InlineData("netpoll.client.reconnect", typeof(NetpollReconnectOptions))]
    [InlineData("netpoll.client.retry", typeof(NetpollRetryOptions))]
    [InlineData("netpoll.client.circuit", typeof(NetpollCircuitOptions))]
    public void Each_setting_is_an_option_and_each_option_a_setting(string path, Type options)
    {
        IEnumerable<string> settings = s_reference.GetConfig(path)!.AsEnumerable().Select(entry => entry.Key);
        IEnumerable<string> properties = options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.Name is not ("CustomCodec" or "Customize"))
            .Select(property => KebabCase(property.Name));
        Assert.Equal(properties.Order(), settings.Order());
    }

    [Fact]
    public void The_listeners_defaults_are_the_librarys()
    {
        Config listener = s_reference.GetConfig("netpoll.listener")!;
        Assert.Equal(ListenerOptions.Default.MaxFrameBytes, listener.GetByteSize("max-frame-bytes"));
        Assert.Equal(ListenerOptions.Default.MaxInFlightPerConnection, listener.GetInt("max-in-flight-per-connection"));
        Assert.Equal(ListenerOptions.Default.OutputHighWaterBytes, listener.GetByteSize("output-high-water-bytes"));
        Assert.Equal(ListenerOptions.Default.LingerTimeout, listener.GetTimeSpan("linger-timeout"));
        Assert.Equal(ListenerOptions.Default.DrainTimeout, listener.GetTimeSpan("drain-timeout"));
        Assert.Equal(ListenerOptions.Default.ListenPerPoller, listener.GetBoolean("listen-per-poller"));
        Assert.Equal(ListenerOptions.Default.Limits.MaxConnections, listener.GetInt("max-connections"));
        Assert.Equal(ListenerOptions.Default.Limits.MaxConnectionsPerAddress, listener.GetInt("max-connections-per-address"));
        Assert.Equal((ListenerOptions.Default.Limits.AcceptsPerSecond, "off"), (double.PositiveInfinity, listener.GetString("accepts-per-second")));
        Assert.Equal(ListenerOptions.Default.Limits.AcceptBurst, listener.GetInt("accept-burst"));
        Assert.Equal((ListenerOptions.Default.Limits.OutputBudget, "off"), (null, listener.GetString("output-budget-bytes")));
        Assert.Equal(ListenerOptions.Default.LoadBalancing, Enum.Parse<LoadBalancing>(listener.GetString("load-balancing").Replace("-", "", StringComparison.Ordinal), ignoreCase: true));
        Assert.Equal(ListenerOptions.Default.Socket.Backlog, listener.GetInt("backlog"));
        Assert.Equal(nameof(HandlerScheduling.Bounded), listener.GetString("scheduling"), ignoreCase: true);
    }

    [Fact]
    public void The_clients_defaults_are_the_librarys()
    {
        Config client = s_reference.GetConfig("netpoll.client")!;
        Assert.Equal(RpcClientOptions.Default.ConnectTimeout, client.GetTimeSpan("connect-timeout"));
        Assert.Equal(RpcClientOptions.Default.MaxFrameBytes, client.GetByteSize("max-frame-bytes"));
        Assert.Equal(RpcClientOptions.Default.MaxPendingCalls, client.GetInt("max-pending-calls"));
        Assert.Equal(RpcClientOptions.Default.MaxUnreadBytes, client.GetByteSize("max-unread-bytes"));
        Assert.Equal(RpcClientOptions.Default.LateAnswerTimeout, client.GetTimeSpan("late-answer-timeout"));
        Assert.Equal((RpcClientOptions.Default.Protocol, "in-order"), (CallProtocols.InOrder, client.GetString("protocol")));
        Assert.Equal((RpcClientOptions.Default.Connections.IsPool, "mux"), (false, client.GetString("policy")));
        Assert.Equal((1, 64, "auto"), (ConnectionPolicy.Mux().Connections, ConnectionPolicy.Pool().Connections, client.GetString("connections")));
        Assert.Equal(ConnectionPolicy.Pool().IdleTimeout, client.GetTimeSpan("idle-timeout"));
        Assert.Equal((RpcClientOptions.Default.Reconnect, true), (BackOff.Default, client.GetBoolean("reconnect.enabled")));
        Assert.Equal((RpcClientOptions.Default.Retry, 1), (null, client.GetInt("retry.max-tries")));
        Assert.Equal((RpcClientOptions.Default.Circuit, "off"), (null, client.GetString("circuit.timeouts-to-open")));
        foreach (string policy in (string[])["reconnect", "retry", "circuit"])
        {
            Assert.Equal(
                (BackOff.Default.First, BackOff.Default.Max),
                (client.GetTimeSpan($"{policy}.first-delay"), client.GetTimeSpan($"{policy}.max-delay")));
        }
    }

    [Theory]
    [InlineData("netpoll.listener")]
    [InlineData("netpoll.client")]
    public void The_length_fields_defaults_are_the_librarys(string path)
    {
        Config field = s_reference.GetConfig(path)!.GetConfig("length-field")!;
        LengthFieldOptions defaults = new();
        Assert.Equal(
            (defaults.FieldBytes, defaults.IsLittleEndian, defaults.FieldOffset, defaults.Adjustment),
            (field.GetInt("bytes"), field.GetBoolean("little-endian"), field.GetInt("offset"), field.GetInt("adjustment")));
        Assert.Equal(("auto", ""), (field.GetString("strip-bytes"), field.GetString("header")));
        Assert.Null(defaults.StripBytes);
    }

    private static string KebabCase(string name)
    {
        StringBuilder text = new();
        foreach (char c in name)
        {
            text.Append(char.IsUpper(c) && text.Length > 0 ? "-" : "").Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
