using Akka.Configuration;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Hosting.Configuration;
using Netpoll.Actors.Rpc;

namespace Netpoll.Actors.Hosting;

/// <summary>
/// The settings of one hosted client. Null leaves a setting as the configuration has it (<c>netpoll.clients.&lt;name&gt;</c>, then
/// <c>netpoll.client</c>), or its default; the defaults are listed in <c>hosting.conf</c>. But for the last two, plain data: an application's
/// configuration may be bound to it.
/// </summary>
public sealed class NetpollClientOptions
{
    /// <summary>Whom it calls: <c>tcp://host:port</c>, <c>unix:///path</c> or <c>unix://@name</c>. It has no default.</summary>
    public string? Address { get; set; }

    /// <summary>What is one request, and one answer, by name: <c>length-field</c>, <c>varint</c>, <c>delimiter</c>, <c>line</c>, <c>fixed</c> or <c>raw</c>. Defaults to <c>length-field</c>.</summary>
    public string? Codec { get; set; }

    /// <summary>The form of the length field, with that codec.</summary>
    public NetpollLengthFieldOptions LengthField { get; set; } = new();

    /// <summary>What ends a frame, with the codec <c>delimiter</c>.</summary>
    public NetpollDelimiterOptions Delimiter { get; set; } = new();

    /// <summary>What ends a line that is sent, with the codec <c>line</c>.</summary>
    public NetpollLineOptions Line { get; set; } = new();

    /// <summary>The length of all frames, with the codec <c>fixed</c>.</summary>
    public NetpollFixedOptions Fixed { get; set; } = new();

    /// <summary>How calls and answers find each other: <c>in-order</c>, or <c>with-ids</c> (8 bytes before each payload). Defaults to <c>in-order</c>.</summary>
    public string? Protocol { get; set; }

    /// <summary>How connections are used: <c>mux</c> (many calls at once on each) or <c>pool</c> (one call at a time). Defaults to <c>mux</c>.</summary>
    public string? Policy { get; set; }

    /// <summary>How many connections, at least 1: kept open (mux), or the most (pool). Defaults to 1 with mux and 64 with pool.</summary>
    public int? Connections { get; set; }

    /// <summary>After how long without a call a pool closes a connection, at least a millisecond. Defaults to 60 seconds.</summary>
    public TimeSpan? IdleTimeout { get; set; }

    /// <summary>How long connecting may take, the resolver included. Defaults to 5 seconds.</summary>
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>The longest payload of an answer in bytes, at least 1. Defaults to 16 MiB.</summary>
    public int? MaxFrameBytes { get; set; }

    /// <summary>The most calls that may be open at once on one connection, and that may wait for one, at least 1. Defaults to 16,384.</summary>
    public int? MaxPendingCalls { get; set; }

    /// <summary>How many bytes of a stream's items may wait to be read, at least 1. Defaults to 1 MiB.</summary>
    public int? MaxUnreadBytes { get; set; }

    /// <summary>Without ids: how long a connection may owe an answer that nobody waits for, at least a millisecond. Defaults to 30 seconds.</summary>
    public TimeSpan? LateAnswerTimeout { get; set; }

    /// <summary>Connecting again to a server that is not there.</summary>
    public NetpollReconnectOptions Reconnect { get; set; } = new();

    /// <summary>Making a failed call again where that is safe.</summary>
    public NetpollRetryOptions Retry { get; set; } = new();

    /// <summary>Leaving a server alone for a while that lets calls time out.</summary>
    public NetpollCircuitOptions Circuit { get; set; } = new();

    /// <summary>What is one request, and one answer, for codecs that have no name; goes before <see cref="Codec"/>.</summary>
    public IFrameCodec? CustomCodec { get; set; }

    /// <summary>Changes what has no setting of its own here, after everything else was read. Defaults to null: nothing.</summary>
    public Func<RpcClientOptions, RpcClientOptions>? Customize { get; set; }

    internal Config ToConfig(string path)
    {
        HoconText text = new(path);
        LengthField.Write(text);
        Delimiter.Write(text);
        Line.Write(text);
        Fixed.Write(text);
        Reconnect.Write(text);
        Retry.Write(text);
        Circuit.Write(text);
        return text
            .Add("address", Address)
            .Add("codec", Codec)
            .Add("protocol", Protocol)
            .Add("policy", Policy)
            .Add("connections", Connections)
            .Add("idle-timeout", IdleTimeout)
            .Add("connect-timeout", ConnectTimeout)
            .Add("max-frame-bytes", MaxFrameBytes)
            .Add("max-pending-calls", MaxPendingCalls)
            .Add("max-unread-bytes", MaxUnreadBytes)
            .Add("late-answer-timeout", LateAnswerTimeout)
            .ToConfig();
    }
}
