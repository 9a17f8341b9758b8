namespace Akka.Actor;

/// <summary>The outcome of a request: <see cref="Success"/> or <see cref="Failure"/>.</summary>
public abstract class Status
{
    /// <summary>It worked.</summary>
    /// <param name="status">What came of it.</param>
    public sealed class Success(object? status) : Status
    {
        /// <summary>A success with nothing to add.</summary>
        public static readonly Success Instance = new(null);

        /// <summary>What came of it.</summary>
        public readonly object? Status = status;

        /// <inheritdoc/>
        public override string ToString() => $"Success: {Status ?? "null"}";
    }

    /// <summary>It did not work. An Ask that is answered with it fails with <see cref="Cause"/>.</summary>
    /// <param name="cause">Why.</param>
    /// <param name="state">Anything the receiver may want to know besides.</param>
    public sealed class Failure(Exception cause, object? state) : Status
    {
        /// <summary>Why it failed.</summary>
        public readonly Exception Cause = cause;

        /// <summary>Anything the receiver may want to know besides.</summary>
        public readonly object? State = state;

        /// <summary>A failure with nothing to add.</summary>
        /// <param name="cause">Why.</param>
        public Failure(Exception cause)
            : this(cause, null)
        {
        }

        /// <inheritdoc/>
        public override string ToString() => State is null ? $"Failure: {Cause}" : $"Failure[state={State}]: {Cause}";
    }
}
