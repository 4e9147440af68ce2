using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Hone.Tests.Layout;

public class ProjectReferencesTests
{
    // All the edges there are. A new one is a design decision: it changes this list, in review.
    static readonly string[] _edges =
    [
        "Hone.Bench -> Hone.Models",
        "Hone.Bench -> Hone.Tensors",
        "Hone.Bench -> Hone.Training",
        "Hone.Cli -> Hone.Bench",
        "Hone.Cli -> Hone.Jobs",
        "Hone.Cli -> Hone.Server",
        "Hone.Grading -> Hone.Text",
        "Hone.Jobs -> Hone.Training",
        "Hone.Models -> Hone.Tensors",
        "Hone.Server -> Hone.Jobs",
        "Hone.Training -> Hone.Grading",
        "Hone.Training -> Hone.Models",
        "Hone.Training -> Hone.Text",
    ];

    static readonly string[] _packages =
    [
        "Hone.Cli -> Spectre.Console",
        "Hone.Cli -> System.CommandLine",
        "Hone.Grading -> AWSSDK.Core",
        "Hone.Grading -> Microsoft.CodeAnalysis.CSharp",
        "Hone.Grading -> Microsoft.Data.Sqlite.Core",
        "Hone.Grading -> SQLitePCLRaw.bundle_e_sqlite3",
        "Hone.Jobs -> Dapper",
        "Hone.Jobs -> Microsoft.Data.Sqlite.Core",
        "Hone.Jobs -> SQLitePCLRaw.bundle_e_sqlite3",
        "Hone.Server -> AWSSDK.S3",
        "Hone.Server -> Dapper",
        "Hone.Server -> Microsoft.Data.Sqlite.Core",
        "Hone.Server -> Npgsql",
        "Hone.Server -> OpenTelemetry",
        "Hone.Server -> OpenTelemetry.Exporter.OpenTelemetryProtocol",
        "Hone.Server -> SQLitePCLRaw.bundle_e_sqlite3",
    ];

    [Fact]
    public void Projects_reference_one_another_along_these_edges_only() =>
        Assert.Equal(_edges, References("ProjectReference"));

    [Fact]
    public void Projects_use_these_packages_only() => Assert.Equal(_packages, References("PackageReference"));

    static IEnumerable<string> References(string kind) =>
        new[] { "src", "bench" }.SelectMany(place => Directory.EnumerateFiles(Path.Combine(Root(), place), "*.csproj", SearchOption.AllDirectories))
            .SelectMany(project => XDocument.Load(project).Descendants(kind)
                .Select(reference => $"{Name(project)} -> {Name(reference.Attribute("Include")!.Value)}"))
            .Order(StringComparer.Ordinal);

    static string Name(string path) => Path.GetFileName(path).Replace(".csproj", "", StringComparison.Ordinal);

    static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../.."));
}
