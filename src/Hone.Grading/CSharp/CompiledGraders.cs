using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hone.Grading.CSharp;

/// <summary>A grader's assembly, or the sentences that say why there is none.</summary>
sealed record CompiledGrader(string Assembly, IReadOnlyList<string> Problems);

/// <summary>Compiles graders in a process of their own and keeps them by what they were made from: the same source is compiled once.</summary>
static class CompiledGraders
{
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    // Also what failed, for the life of this process: settings are checked several times before a run.
    static readonly ConcurrentDictionary<string, Lazy<CompiledGrader>> _known = [];

    /// <param name="file">An absolute path.</param>
    /// <param name="cacheFolder">Where the assembly is kept.</param>
    public static CompiledGrader OfFile(string file, string cacheFolder) =>
        Get([file], cacheFolder, $"{Path.GetFileNameWithoutExtension(file)}.dll", folder => CompileFile(file, folder));

    /// <param name="project">An absolute path of a .csproj file.</param>
    /// <param name="cacheFolder">Where the build is kept.</param>
    public static CompiledGrader OfProject(string project, string cacheFolder) =>
        Get(CSharpProject.Sources(project), cacheFolder, CSharpProject.AssemblyName(project), folder => CSharpProject.Build(project, folder));

    static CompiledGrader Get(IEnumerable<string> sources, string cacheFolder, string assembly, Func<string, IReadOnlyList<string>> compile)
    {
        string place = Path.Combine(cacheFolder, "csharp", Key(sources));
        return _known.GetOrAdd(place, _ => new(() => Make(place, assembly, compile))).Value;
    }

    static CompiledGrader Make(string place, string assembly, Func<string, IReadOnlyList<string>> compile)
    {
        string target = Path.Combine(place, assembly);
        if (File.Exists(target))
        {
            return new(target, []);
        }

        // Made aside, so that what lies at the place is whole, whoever else compiles the same.
        string aside = $"{place}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(aside);
        try
        {
            var problems = compile(aside);
            if (problems.Count == 0 && !Directory.Exists(place))
            {
                Directory.Move(aside, place);
            }

            return problems.Count > 0 ? new("", problems)
                : File.Exists(target) ? new(target, [])
                : new("", [$"the build wrote no {assembly}."]);
        }
        finally
        {
            if (Directory.Exists(aside))
            {
                Directory.Delete(aside, recursive: true);
            }
        }
    }

    static string[] CompileFile(string file, string folder)
    {
        string assembly = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(file)}.dll");
        var outcome = Subprocess.Run([.. DotnetHost.Hone, "grader-worker", "--compile", file, assembly], folder, _patience);
        return outcome.ExitCode == 0
            ? JsonSerializer.Deserialize<string[]>(outcome.Output)!
            : [$"{Path.GetFileName(file)} was not compiled: {outcome.Said}"];
    }

    // Another Hone may have other types: what was compiled against it is another grader.
    static string Key(IEnumerable<string> sources)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(typeof(IGrader).Module.ModuleVersionId.ToByteArray());
        foreach (string source in sources)
        {
            byte[] content = File.ReadAllBytes(source);
            hash.AppendData(Encoding.UTF8.GetBytes($"{source}\0{content.Length}\0"));
            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}
