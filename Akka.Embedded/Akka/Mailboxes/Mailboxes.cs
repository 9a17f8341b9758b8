using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>The kinds of mailboxes of an actor system, by id. An id is a path in the configuration.</summary>
public class Mailboxes
{
    /// <summary>The mailbox of actors whose props and dispatcher name none.</summary>
    public static readonly string DefaultMailboxId = "akka.actor.default-mailbox";

    private readonly Settings _settings;
    private readonly ConcurrentDictionary<string, MailboxLimits?> _known = new();

    internal Mailboxes(Settings settings)
    {
        _settings = settings;
    }

    /// <summary>The bound that props ask for: their own mailbox, else that of their dispatcher, else what the actor requires.</summary>
    internal MailboxLimits? LimitsFor(Props props, MessageDispatcher dispatcher)
    {
        if (props.Mailbox.Length != 0)
            return Lookup(props.Mailbox);
        if (dispatcher.MailboxType is { Length: > 0 } type)
            return Limits(type, dispatcher.Configurator.Config, dispatcher.Id);
        return typeof(IRequiresMessageQueue<IBoundedMessageQueueSemantics>).IsAssignableFrom(props.Type)
            ? Lookup("akka.actor.mailbox.bounded-queue-based")
            : Lookup(DefaultMailboxId);
    }

    private MailboxLimits? Lookup(string id) => _known.TryGetValue(id, out var limits) ? limits : _known.GetOrAdd(id, Read);

    private MailboxLimits? Read(string id)
    {
        var config = _settings.Config.GetConfig(id);
        var type = config?.GetString("mailbox-type");
        if (config is null || type is null)
            throw new ConfigurationException($"Mailbox Type [{id}] not configured");
        return Limits(type, config.WithFallback(_settings.Config.GetConfig(DefaultMailboxId)), id);
    }

    // A type may be given with its assembly, as Akka needs it.
    private static MailboxLimits? Limits(string type, Config config, string id) => type.Split(',')[0].Trim() switch
    {
        "Akka.Dispatch.UnboundedMailbox" or "Akka.Dispatch.UnboundedDequeBasedMailbox" => null,
        "Akka.Dispatch.BoundedMailbox" or "Akka.Dispatch.BoundedDequeBasedMailbox" => new MailboxLimits(
            Positive(config.GetInt("mailbox-capacity", 1000), id), Finite(config.GetTimeSpan("mailbox-push-timeout-time", TimeSpan.FromSeconds(10)), id)),
        _ => throw new ConfigurationException($"The mailbox-type [{type}] of [{id}] is not known here."),
    };

    private static int Positive(int capacity, string id) =>
        capacity > 0 ? capacity : throw new ConfigurationException($"The mailbox-capacity of [{id}] must be positive.");

    private static TimeSpan Finite(TimeSpan pushTimeout, string id) =>
        pushTimeout >= TimeSpan.Zero ? pushTimeout : throw new ConfigurationException($"The mailbox-push-timeout-time of [{id}] must be finite and not negative.");
}
