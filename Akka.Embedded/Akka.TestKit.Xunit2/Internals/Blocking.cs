namespace Akka.TestKit.Internal;

/// <summary>The one place where a test's thread waits for a task: the synchronous twins of the kit's methods.</summary>
internal static class Blocking
{
#pragma warning disable VSTHRD002 // A test's thread has nothing else to do, and no continuation needs it: the kit never captures its context.
    public static void Wait(Task task) => task.GetAwaiter().GetResult();

    public static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    public static T Wait<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
}
