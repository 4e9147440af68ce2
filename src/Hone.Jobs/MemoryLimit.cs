using System.Globalization;
using Hone.Training.Planning;

namespace Hone.Jobs;

/// <summary>How much memory a run may use.</summary>
static class MemoryLimit
{
    // What is left is for the system's caches and for what else begins while the run goes on.
    const double ShareOfAvailable = 0.8;

    /// <param name="alreadyThere">Bytes that count as the run's and are taken already.</param>
    public static long Of(JobSettings job, long alreadyThere = 0) =>
        job.MemoryLimit is { } text && ByteSize.Parse(text) is { } bytes ? bytes : (long)(ShareOfAvailable * (Available() + alreadyThere));

    /// <summary>A sentence if the text is no size.</summary>
    public static IEnumerable<string> Problems(string? text)
    {
        if (text is not null && ByteSize.Parse(text) is not > 0)
        {
            yield return $"memoryLimit is '{text}', but needs to be a size such as \"6GB\" or \"800MB\"; leave it out to take what the machine has.";
        }
    }

    // A container may have less than the machine; the system may have given away more than it has left.
    static long Available()
    {
        const string linux = "/proc/meminfo", key = "MemAvailable:";
        long allowed = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        string? line = File.Exists(linux) ? File.ReadLines(linux).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return line is null
            ? allowed
            : Math.Min(allowed, 1024 * long.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
    }
}
