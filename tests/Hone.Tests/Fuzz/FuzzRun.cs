using System.Diagnostics;
using Hone.Cli;
using Hone.Tests.Models;

namespace Hone.Tests.Fuzz;

/// <summary>
/// Reads damaged files, each from a seed of its own. What comes out is a result or an exception that the command line tells in a sentence, with
/// exit code 2; within so much memory, and within the time after which a user takes a program for hung.
/// </summary>
static class FuzzRun
{
    // A template may compute for ten seconds, and a test machine may be busy with others.
    static readonly TimeSpan _hung = TimeSpan.FromSeconds(60);

    /// <summary>What went wrong, with the seeds.</summary>
    public static IEnumerable<string> Failures(FuzzTarget target, int firstSeed, int count)
    {
        for (int seed = firstSeed; seed < firstSeed + count; seed++)
        {
            using var folder = new TemporaryFolder();
            target.Damage(folder.Path, new Random(seed));
            if (Failure(target, folder.Path) is { } failure)
            {
                yield return $"seed {seed}: {failure}";
            }
        }
    }

    static string? Failure(FuzzTarget target, string path)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        var thrown = Record.Exception(() => target.Read(path));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated > target.MostBytes ? $"{allocated >> 20} MB were allocated ({thrown?.GetType().Name ?? "read"})"
            : watch.Elapsed > _hung ? $"{watch.Elapsed.TotalSeconds:F0} s went by ({thrown?.GetType().Name ?? "read"})"
            : thrown is null ? null
            : Problems.Describe(thrown) is { ExitCode: HoneCommand.BadInput, Sentence: { Length: > 0 } sentence } && !sentence.Contains("Exception", StringComparison.Ordinal)
                ? null
                : thrown.ToString();
    }
}
