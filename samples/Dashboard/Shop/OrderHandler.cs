using System.Buffers;
using Netpoll.Actors.Handlers;

namespace Dashboard.Shop;

/// <summary>Confirms most orders at once, asks for the price of some, and fails at a few: so that there is something to see.</summary>
internal sealed class OrderHandler(PriceList prices) : RequestHandler
{
    /// <summary>The first byte of an order that it fails at.</summary>
    public const byte Unreadable = 0xFF;

    private const int ConfirmationBytes = 24;

    /// <inheritdoc/>
    protected override void OnRequest(Request request)
    {
        if (request.Payload.FirstSpan[0] == Unreadable)
        {
            throw new InvalidDataException("This order cannot be read.");
        }

        // One in five has to be asked about, and takes a few milliseconds.
        if (Random.Shared.Next(5) == 0)
        {
            _ = AnswerLaterAsync(request, request.Payload.ToArray());
        }
        else
        {
            request.Reply(new byte[ConfirmationBytes]);
        }
    }

    private async Task AnswerLaterAsync(Request request, byte[] order)
    {
        try
        {
            int price = await prices.AskAsync(order);
            await Task.Delay(Random.Shared.Next(1, 12));
            request.Reply(new byte[ConfirmationBytes + price]);
        }
        catch (Exception failure)
        {
            request.Fail(failure);
        }
    }
}
