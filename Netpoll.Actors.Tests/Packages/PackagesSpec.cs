using System.IO.Compression;
using System.Xml.Linq;
using Netpoll.Actors.Tests.Docs;
using Xunit;

namespace Netpoll.Actors.Tests.Packages;

/// <summary>
/// The packages as <c>dotnet pack -c Release -p:ActorEngine=Akka -o artifacts/packages</c> makes them, which <c>.ci/run</c> does before. Skipped where they have not been made.
/// </summary>
public sealed class PackagesSpec
{
    [SkippableTheory]
    [InlineData("Netpoll.Poller", new string[0])]
    [InlineData("Netpoll.Actors", new[] { "Akka", "Netpoll.Poller" })]
    [InlineData("Netpoll.Actors.Hosting", new[] { "Akka", "Akka.Hosting", "Microsoft.Extensions.Diagnostics.HealthChecks", "Netpoll.Actors" })]
    public void A_package_has_what_it_needs_and_depends_on_nothing_else(string id, string[] dependencies)
    {
        using ZipArchive package = Open(id, "nupkg");
        string[] files = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.Contains($"lib/net10.0/{id}.dll", files);
        Assert.Contains($"lib/net10.0/{id}.xml", files);
        Assert.Contains("README.md", files);
        Assert.Contains("icon.png", files);

        using Stream manifest = package.GetEntry($"{id}.nuspec")!.Open();
        XElement metadata = XDocument.Load(manifest).Root!.Elements().Single();
        Assert.Equal(id, Text("id"));
        Assert.Equal("Apache-2.0", Text("license"));
        Assert.Equal("README.md", Text("readme"));
        Assert.Equal("icon.png", Text("icon"));
        Assert.NotEmpty(Text("description"));
        Assert.Contains("akka", Text("tags"), StringComparison.Ordinal);
        Assert.Equal(dependencies, metadata.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => (string)element.Attribute("id")!).Order(StringComparer.Ordinal));

        string Text(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
    }

    [SkippableTheory]
    [InlineData("Netpoll.Poller")]
    [InlineData("Netpoll.Actors")]
    [InlineData("Netpoll.Actors.Hosting")]
    public void Its_symbols_are_a_package_beside_it(string id)
    {
        using ZipArchive symbols = Open(id, "snupkg");
        Assert.Contains(symbols.Entries, entry => entry.FullName == $"lib/net10.0/{id}.pdb");
    }

    [SkippableFact]
    public void Nothing_else_is_packed()
    {
        Skip.IfNot(Directory.Exists(Folder), "The packages have not been made.");
        Assert.Equal(3, Directory.GetFiles(Folder, "*.nupkg").Length);
    }

    private static string Folder => Path.Combine(Documents.Root, "artifacts", "packages");

    // Of a name that a version follows, so that Netpoll.Actors is not Netpoll.Actors.Hosting.
    private static ZipArchive Open(string id, string kind)
    {
        string? file = Directory.Exists(Folder)
            ? Directory.GetFiles(Folder, $"{id}.*.{kind}").SingleOrDefault(path => char.IsAsciiDigit(Path.GetFileName(path)[id.Length + 1]))
            : null;
        Skip.If(file is null, "The packages have not been made.");
        return ZipFile.OpenRead(file);
    }
}
