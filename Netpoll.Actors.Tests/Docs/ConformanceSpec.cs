using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace Netpoll.Actors.Tests.Docs;

/// <summary>The tables of netpoll's tests and ours leave none of netpoll's out, and name tests that are there.</summary>
public sealed partial class ConformanceSpec
{
    private const int TestsOfNetpoll = 83;
    private const string Tests = "Netpoll.Actors.Tests";

    private static readonly Type[] s_specs = [.. typeof(ConformanceSpec).Assembly.GetTypes().Where(type => type.Name.EndsWith("Spec", StringComparison.Ordinal))];

    private static IEnumerable<string> Paths => Documents.All().Where(path => Path.GetFileName(path) == "CONFORMANCE.md");

    public static TheoryData<string> Tables() => [.. Paths];

    [Fact]
    public void Every_test_of_netpoll_has_a_row()
    {
        IEnumerable<int> numbers = Paths
            .SelectMany(Documents.Lines)
            .SelectMany(line => Numbers().Match(line).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries))
            .Select(number => int.Parse(number, CultureInfo.InvariantCulture));
        Assert.Empty(Enumerable.Range(1, TestsOfNetpoll).Except(numbers));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void Each_test_that_is_named_is_there(string table)
    {
        string folder = Path.GetFileName(Path.GetDirectoryName(table)!);
        int found = 0;
        foreach (string line in Documents.Lines(table).Where(line => line.StartsWith('|')))
        {
            Type? spec = null;
            foreach (string name in CodeSpan().Matches(line).Select(span => span.Groups[1].Value))
            {
                Match match = SpecName().Match(name);
                spec = match.Success ? Find(folder, match.Groups["folder"].Value, match.Groups["spec"].Value) : spec;
                string method = match.Success ? match.Groups["method"].Value : name.Contains('_', StringComparison.Ordinal) ? name : "";
                Assert.True(spec is not null || (!match.Success && method.Length == 0), $"{table} names {name}, which is not there");
                Assert.True(method.Length == 0 || Has(spec!, method), $"{table} names {name}, which {spec!.Name} does not have");
                found += match.Success ? 1 : 0;
            }
        }

        Assert.True(found > 0);
    }

    // A folder of its own names only what is within it.
    private static Type? Find(string folder, string named, string spec)
    {
        named = named.Replace('/', '.');
        string within = $"{Tests}.{folder}.{named}".TrimEnd('.');
        string apart = $"{Tests}.{named}".TrimEnd('.');
        return Array.Find(s_specs, type => type.Name == spec && (type.Namespace == within || type.Namespace == apart));
    }

    private static bool Has(Type spec, string method)
    {
        IEnumerable<string> names = spec.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).Select(of => of.Name);
        return method.EndsWith('*') ? names.Any(name => name.StartsWith(method[..^1], StringComparison.Ordinal)) : names.Contains(method);
    }

    [GeneratedRegex(@"^\| *(\d+(?:, *\d+)*) *\| *Test")]
    private static partial Regex Numbers();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^(?:(?<folder>[A-Za-z]+(?:/[A-Za-z]+)*)/)?(?<spec>[A-Z]\w*Spec)(?:\.(?<method>\w+\*?))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex SpecName();
}
