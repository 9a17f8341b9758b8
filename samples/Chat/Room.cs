using System.Text;
using Akka.Actor;

namespace Chat;

/// <summary>A room: what one guest says all others hear.</summary>
internal sealed class Room : ReceiveActor
{
    private readonly Dictionary<IActorRef, string> _guests = [];

    public Room(string name)
    {
        Receive<Enter>(enter =>
        {
            Publish($"* {enter.Name} has come in");
            _guests[Sender] = enter.Name;
            Sender.Tell(new Entered(Self));
            Answer(enter, $"* {enter.Name}, you are in {name}: {Everybody()}");
        });
        Receive<Leave>(leave =>
        {
            _guests.Remove(leave.Guest, out string? guest);
            Publish($"* {guest} has left");
        });
        Receive<Rename>(rename =>
        {
            Publish($"* {_guests[Sender]} is now {rename.Name}");
            _guests[Sender] = rename.Name;
            Answer(rename, $"* you are now {rename.Name}");
        });
        Receive<Who>(who => Answer(who, $"* in {name}: {Everybody()}"));
        Receive<Say>(say =>
        {
            Publish($"{_guests[Sender]}: {say.Text}");
            say.Line.Complete();
        });
    }

    private string Everybody() => string.Join(", ", _guests.Values.Order(StringComparer.OrdinalIgnoreCase));

    // The answer first: completing the line lets the guest's next one in.
    private void Answer(Command command, string line)
    {
        Sender.Tell(new Heard(Encoding.UTF8.GetBytes(line)));
        command.Line.Complete();
    }

    // To all but the sender, who has it on the screen already.
    private void Publish(string line)
    {
        Heard heard = new(Encoding.UTF8.GetBytes(line));
        foreach (IActorRef guest in _guests.Keys)
        {
            if (!guest.Equals(Sender))
            {
                guest.Tell(heard);
            }
        }
    }
}
