using System.Text;
using Akka.Actor;

namespace Chat;

/// <summary>Knows all guests and rooms: gives out names, opens a room for the first guest and closes it behind the last.</summary>
internal sealed class Hall : ReceiveActor
{
    private const string FirstRoom = "lobby";

    private readonly Dictionary<string, IActorRef> _guestsByName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<IActorRef, (string Name, string Room)> _guests = [];
    private readonly Dictionary<string, (IActorRef Actor, int Guests)> _rooms = new(StringComparer.OrdinalIgnoreCase);

    public Hall()
    {
        Receive<TakeName>(OnTakeName);
        Receive<Join>(OnJoin);
        Receive<Terminated>(gone => OnGone(gone.ActorRef));
    }

    private void OnTakeName(TakeName command)
    {
        if (!_guestsByName.TryAdd(command.Name, Sender))
        {
            Sender.Tell(new Heard(Encoding.UTF8.GetBytes($"* {command.Name} is taken")));
            command.Line.Complete();
        }
        else if (_guests.TryGetValue(Sender, out (string Name, string Room) guest))
        {
            _guestsByName.Remove(guest.Name);
            _guests[Sender] = guest with { Name = command.Name };
            _rooms[guest.Room].Actor.Forward(new Rename(command.Name, command.Line));
        }
        else
        {
            Context.Watch(Sender);
            _guests[Sender] = (command.Name, FirstRoom);
            RoomFor(FirstRoom).Forward(new Enter(command.Name, command.Line));
        }
    }

    private void OnJoin(Join command)
    {
        (string name, string from) = _guests[Sender];
        IActorRef to = RoomFor(command.Room);
        Leave(Sender, from);
        _guests[Sender] = (name, command.Room);
        to.Forward(new Enter(name, command.Line));
    }

    private void OnGone(IActorRef guest)
    {
        _guests.Remove(guest, out (string Name, string Room) was);
        _guestsByName.Remove(was.Name);
        Leave(guest, was.Room);
    }

    // The room with one guest more.
    private IActorRef RoomFor(string name)
    {
        if (!_rooms.TryGetValue(name, out (IActorRef Actor, int Guests) room))
        {
            room = (Context.ActorOf(Props.Create<Room>(name)), 0);
        }

        _rooms[name] = room with { Guests = room.Guests + 1 };
        return room.Actor;
    }

    private void Leave(IActorRef guest, string name)
    {
        (IActorRef room, int guests) = _rooms[name];
        room.Tell(new Leave(guest));
        if (guests > 1)
        {
            _rooms[name] = (room, guests - 1);
        }
        else
        {
            // After all that it still has in its mailbox. Who comes next gets another room of that name.
            _rooms.Remove(name);
            room.Tell(PoisonPill.Instance);
        }
    }
}
