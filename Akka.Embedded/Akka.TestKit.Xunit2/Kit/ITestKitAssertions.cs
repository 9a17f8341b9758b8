namespace Akka.TestKit;

/// <summary>How the kit says that a test failed.</summary>
public interface ITestKitAssertions
{
    /// <summary>Fails.</summary>
    /// <param name="format">What is wrong.</param>
    /// <param name="args">The arguments.</param>
    void Fail(string format = "", params object?[] args);

    /// <summary>Fails if not true.</summary>
    /// <param name="condition">What must be true.</param>
    /// <param name="format">What is wrong.</param>
    /// <param name="args">The arguments.</param>
    void AssertTrue(bool condition, string format = "", params object?[] args);

    /// <summary>Fails if true.</summary>
    /// <param name="condition">What must be false.</param>
    /// <param name="format">What is wrong.</param>
    /// <param name="args">The arguments.</param>
    void AssertFalse(bool condition, string format = "", params object?[] args);

    /// <summary>Fails if not equal.</summary>
    /// <typeparam name="T">What is compared.</typeparam>
    /// <param name="expected">What it must be.</param>
    /// <param name="actual">What it is.</param>
    /// <param name="format">What is wrong.</param>
    /// <param name="args">The arguments.</param>
    void AssertEqual<T>(T expected, T actual, string format = "", params object?[] args);
}
