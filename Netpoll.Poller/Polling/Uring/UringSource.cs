using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling.Uring;

/// <summary>
/// A socket with operations in flight. Its place in the poller's table, and with it the user data of its completions, is given up only
/// when it is removed and the last of them has come back.
/// </summary>
internal abstract class UringSource(UringPoller poller, int index, int descriptor, PollInterest interest, ulong token)
{
    /// <summary>Its place in the poller's table.</summary>
    public int Index { get; } = index;

    public int Descriptor { get; } = descriptor;

    public ulong Token { get; private set; } = token;

    /// <summary>Operations whose last completion has not come.</summary>
    public int InFlight { get; set; }

    /// <summary>Of these, zero-copy sends that are done, but whose memory the kernel may still read.</summary>
    public int Lingering { get; set; }

    /// <summary>True while it stands in the queue of those that may be ready.</summary>
    public bool IsListed { get; set; }

    /// <summary>True once nobody wants to hear of it any more.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>What is to be reported now.</summary>
    public abstract PollReadiness Readiness { get; }

    protected UringPoller Poller { get; } = poller;

    protected PollInterest Interest { get; private set; } = interest;

    protected bool WantsRead => (Interest & PollInterest.Read) != 0;

    public void SetInterest(PollInterest interest, ulong token)
    {
        (Interest, Token) = (interest, token);
        OnInterestChanged();
        Poller.List(this);
    }

    /// <summary>Ends what is in flight. The poller has the kernel see to it before the descriptor is closed.</summary>
    public void Remove()
    {
        IsRemoved = true;
        OnRemoved();
    }

    /// <summary>Has the kernel do what the interest asks for. Called once, after creation.</summary>
    public abstract void Start();

    /// <summary>An operation has come back. <see cref="InFlight"/> is already without it if it was its last completion.</summary>
    public abstract void OnCompleted(UringOperation operation, in IoUringCompletion completion);

    /// <summary>The poller ends: nobody will hear what still lingers.</summary>
    public virtual void Abandon()
    {
    }

    /// <summary>It was reported.</summary>
    public virtual void OnReported()
    {
    }

    /// <summary>It has nothing more to tell for now.</summary>
    public virtual void OnQuiet()
    {
    }

    protected abstract void OnInterestChanged();

    protected abstract void OnRemoved();
}
