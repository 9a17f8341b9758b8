using Akka.Actor;
using Netpoll.Actors.Messages;

namespace Dashboard.Watching;

/// <summary>
/// Counts the actors: asks all that are there who they are, and the connections how they do. An actor that does not come round between two questions is
/// missing from that count.
/// </summary>
internal sealed class Census : ReceiveActor
{
    /// <summary>Question: who was there since the last time? Answered with an array of <see cref="ActorNode"/>.</summary>
    public sealed record Take;

    private static readonly string[] s_places = ["/user/*", "/user/*/*", "/user/*/*/*", "/system/netpoll", "/system/netpoll/*"];

    private readonly Dictionary<string, ActorNode> _actors = [];
    private int _round;

    public Census()
    {
        Receive<Take>(_ =>
        {
            Sender.Tell(_actors.Values.OrderBy(actor => actor.Path, StringComparer.Ordinal).ToArray());
            Ask();
        });
        Receive<ActorIdentity>(identity =>
        {
            if (Equals(identity.MessageId, _round) && identity.Subject is { } actor)
            {
                Note(actor);
            }
        });
        Receive<ConnectionStats>(stats => Note(Sender, stats));
    }

    /// <inheritdoc/>
    protected override void PreStart() => Ask();

    private void Ask()
    {
        _actors.Clear();
        _round++;
        foreach (string place in s_places)
        {
            Context.ActorSelection(place).Tell(new Identify(_round));
        }
    }

    private void Note(IActorRef actor)
    {
        _actors[PathOf(actor)] = new ActorNode(PathOf(actor), null, null);
        if (actor.Path.Name.StartsWith("connection-", StringComparison.Ordinal))
        {
            actor.Tell(GetStats.Instance);
        }
    }

    private void Note(IActorRef connection, ConnectionStats stats) =>
        _actors[PathOf(connection)] = new ActorNode(PathOf(connection), stats.InFlight, stats.BytesReceived + stats.BytesSent);

    private static string PathOf(IActorRef actor) => "/" + string.Join('/', actor.Path.Elements);
}
