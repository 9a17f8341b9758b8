namespace Akka.Actor;

/// <content>The phases and reasons that everyone knows.</content>
public sealed partial class CoordinatedShutdown
{
    /// <summary>For whoever needs a first phase.</summary>
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";

    /// <summary>Take no more connections.</summary>
    public const string PhaseServiceUnbind = "service-unbind";

    /// <summary>Wait for requests that are under way.</summary>
    public const string PhaseServiceRequestsDone = "service-requests-done";

    /// <summary>Close connections.</summary>
    public const string PhaseServiceStop = "service-stop";

    /// <summary>For whoever has something to do before a cluster is left.</summary>
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";

    /// <summary>Of cluster sharding; has no tasks here.</summary>
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";

    /// <summary>Of a cluster; has no tasks here.</summary>
    public const string PhaseClusterLeave = "cluster-leave";

    /// <summary>Of a cluster; has no tasks here.</summary>
    public const string PhaseClusterExiting = "cluster-exiting";

    /// <summary>Of a cluster; has no tasks here.</summary>
    public const string PhaseClusterExitingDone = "cluster-exiting-done";

    /// <summary>Of a cluster; has no tasks here.</summary>
    public const string PhaseClusterShutdown = "cluster-shutdown";

    /// <summary>For whoever has something to do while there are still actors.</summary>
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";

    /// <summary>Stop all actors.</summary>
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    /// <summary>Why the shutdown is run.</summary>
    public abstract class Reason
    {
        /// <summary>What the process may end with, for this reason.</summary>
        public abstract int ExitCode { get; }

        /// <summary>A reason of its own class.</summary>
        protected Reason()
        {
        }
    }

    /// <summary>Nobody said why.</summary>
    public class UnknownReason : Reason
    {
        /// <summary>The only instance.</summary>
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason()
        {
        }

        /// <inheritdoc/>
        public override int ExitCode => 1;
    }

    /// <summary>The actor system was told to terminate.</summary>
    public class ActorSystemTerminateReason : Reason
    {
        /// <summary>The only instance.</summary>
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason()
        {
        }

        /// <inheritdoc/>
        public override int ExitCode => 0;
    }

    /// <summary>The process is ending.</summary>
    public class ClrExitReason : Reason
    {
        /// <summary>The only instance.</summary>
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason()
        {
        }

        /// <inheritdoc/>
        public override int ExitCode => 0;
    }
}
