using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Hone.Grading.CSharp;

/// <summary>A grader that is a project: built by the .NET SDK, as <c>dotnet build</c> does.</summary>
/// <remarks>The project refers to Hone.Grading through the property <c>HoneFolder</c>, which the build gets:
/// <c>&lt;Reference Include="Hone.Grading" HintPath="$(HoneFolder)/Hone.Grading.dll" Private="false" /&gt;</c>.</remarks>
static partial class CSharpProject
{
    const int MostTold = 20;

    static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);
    static readonly string[] _madeFolders = ["bin", "obj", ".git", ".vs"];

    /// <summary>The project file below a path, which is the file or its folder; null and a problem where there is none or a choice.</summary>
    public static (string? File, string Problem) Find(string path)
    {
        if (File.Exists(path))
        {
            return path.EndsWith(".csproj", StringComparison.Ordinal) ? (path, "") : (null, $"{path} is no .csproj file.");
        }

        string[] found = Directory.Exists(path) ? Directory.GetFiles(path, "*.csproj") : [];
        return found switch
        {
            [var only] => (only, ""),
            [] => (null, $"there is no .csproj file in {path}."),
            _ => (null, $"there are {found.Length} .csproj files in {path}; name one of them."),
        };
    }

    /// <summary>Everything that the project is made of, for a hash: files of its folder but what builds leave there.</summary>
    public static IEnumerable<string> Sources(string project)
    {
        string root = Path.GetDirectoryName(project)!;
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        return Directory.EnumerateFiles(root, "*", options)
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)[..^1].Any(_madeFolders.Contains))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>Name of the assembly that a build writes.</summary>
    public static string AssemblyName(string project)
    {
        try
        {
            var named = XDocument.Load(project).Descendants("AssemblyName").FirstOrDefault()?.Value;
            return $"{(string.IsNullOrWhiteSpace(named) ? Path.GetFileNameWithoutExtension(project) : named.Trim())}.dll";
        }
        catch (XmlException)
        {
            // The build says what is wrong with it.
            return "";
        }
    }

    /// <returns>The errors, as sentences; empty where the assembly is in the folder.</returns>
    public static IReadOnlyList<string> Build(string project, string folder)
    {
        string[] command =
        [
            DotnetHost.Path, "build", project, "-c", "Release", "-o", folder, "-nologo", "-v:q", "-clp:NoSummary", "-nodeReuse:false",
            "-p:UseSharedCompilation=false", $"-p:HoneFolder={Path.GetDirectoryName(typeof(IGrader).Assembly.Location)}",
        ];
        var outcome = Subprocess.Run(command, Path.GetDirectoryName(project)!, _patience);
        if (outcome.ExitCode == 0)
        {
            return [];
        }

        var errors = Error().Matches(outcome.Output).Select(Sentence).Distinct().ToArray();
        return errors.Length == 0 ? [$"{Path.GetFileName(project)} was not built: {outcome.Said}"]
            : errors.Length <= MostTold ? errors
            : [.. errors[..MostTold], $"{Path.GetFileName(project)} has {errors.Length - MostTold} errors more."];
    }

    static string Sentence(Match error)
    {
        string file = Path.GetFileName(error.Groups["file"].Value.Trim());
        string place = error.Groups["line"].Success ? $"{file}, line {error.Groups["line"]}, column {error.Groups["column"]}" : file;
        return $"{place}: {error.Groups["text"].Value.Trim().TrimEnd('.')} ({error.Groups["id"]}).";
    }

    [GeneratedRegex(@"^(?<file>[^\r\n:(]+?)\s*(\((?<line>\d+),(?<column>\d+)[^)]*\))?\s*: error (?<id>[A-Z]+\d+)\s*: (?<text>[^\r\n]*?)( \[[^\]\r\n]*\])?\r?$", RegexOptions.Multiline)]
    private static partial Regex Error();
}
