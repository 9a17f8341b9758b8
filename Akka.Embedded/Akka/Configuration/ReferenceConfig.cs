namespace Akka.Configuration;

/// <summary>The defaults, under Akka's own names. What this engine does not know is not here.</summary>
internal static class ReferenceConfig
{
    private const string Text = """
        akka {
          loggers = ["Akka.Event.DefaultLogger"]
          loglevel = INFO
          stdout-loglevel = WARNING
          log-config-on-start = off
          log-dead-letters = 10
          log-dead-letters-during-shutdown = off
          log-dead-letters-suspend-duration = 5 minutes

          actor {
            guardian-supervisor-strategy = "Akka.Actor.DefaultSupervisorStrategy"
            creation-timeout = 20s
            ask-timeout = infinite

            default-dispatcher {
              type = Dispatcher
              executor = default-executor
              shutdown-timeout = 1s
              throughput = 30
              throughput-deadline-time = 0ms
            }
            internal-dispatcher {
              type = Dispatcher
              executor = default-executor
              throughput = 5
            }
            default-blocking-io-dispatcher {
              type = Dispatcher
              executor = default-executor
              throughput = 1
            }
            task-dispatcher {
              type = TaskDispatcher
              throughput = 30
            }
            default-fork-join-dispatcher {
              type = ForkJoinDispatcher
              throughput = 30
              dedicated-thread-pool {
                thread-count = 3
                threadtype = background
              }
            }

            default-mailbox {
              mailbox-type = "Akka.Dispatch.UnboundedMailbox"
              mailbox-capacity = 1000
              mailbox-push-timeout-time = 10s
              stash-capacity = -1
            }
            mailbox {
              unbounded-queue-based.mailbox-type = "Akka.Dispatch.UnboundedMailbox"
              bounded-queue-based.mailbox-type = "Akka.Dispatch.BoundedMailbox"
              unbounded-deque-based.mailbox-type = "Akka.Dispatch.UnboundedDequeBasedMailbox"
              bounded-deque-based.mailbox-type = "Akka.Dispatch.BoundedDequeBasedMailbox"
            }

            debug {
              autoreceive = off
              lifecycle = off
              event-stream = off
              unhandled = off
            }
          }

          coordinated-shutdown {
            default-phase-timeout = 5 s
            terminate-actor-system = on
            run-by-actor-system-terminate = on
            run-by-clr-shutdown-hook = on
            phases {
              before-service-unbind {
              }
              service-unbind {
                depends-on = [before-service-unbind]
              }
              service-requests-done {
                depends-on = [service-unbind]
              }
              service-stop {
                depends-on = [service-requests-done]
              }
              before-cluster-shutdown {
                depends-on = [service-stop]
              }
              cluster-sharding-shutdown-region {
                timeout = 10 s
                depends-on = [before-cluster-shutdown]
              }
              cluster-leave {
                depends-on = [cluster-sharding-shutdown-region]
              }
              cluster-exiting {
                timeout = 10 s
                depends-on = [cluster-leave]
              }
              cluster-exiting-done {
                depends-on = [cluster-exiting]
              }
              cluster-shutdown {
                depends-on = [cluster-exiting-done]
              }
              before-actor-system-terminate {
                depends-on = [cluster-shutdown]
              }
              actor-system-terminate {
                timeout = 10 s
                depends-on = [before-actor-system-terminate]
              }
            }
          }
        }
        """;

    private static readonly Lazy<Config> s_value = new(static () => new Config(HoconParser.Parse(Text)));

    public static Config Value => s_value.Value;
}
