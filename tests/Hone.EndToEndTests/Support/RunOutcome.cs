using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hone.Models.Encryption;

namespace Hone.EndToEndTests.Support;

/// <summary>All of a run that has to repeat to the bit: adapters, verdict, metrics without times.</summary>
sealed record RunOutcome(string BestAdapter, string LastAdapter, string Verdict, string Metrics)
{
    public static RunOutcome Of(string run, JsonObject verdict) => new(
        Hash(Path.Combine(run, "best", "adapter_model.safetensors")),
        Hash(Path.Combine(Directory.GetDirectories(Path.Combine(run, "checkpoints")).Max(StringComparer.Ordinal)!, "adapter_model.safetensors")),
        new JsonArray([.. new[] { "base", "tuned", "difference", "relativeGain" }.Select(key => verdict[key]?.DeepClone())]).ToJsonString(),
        MetricsOf(run));

    /// <summary>Of the file's content as it was before it was encrypted, if it was.</summary>
    public static string Hash(string file) => Convert.ToHexString(SHA256.HashData(SealedFile.ReadAllBytes(file)));

    static string MetricsOf(string run)
    {
        var steps = HoneProcess.Run("show", run, "--json").Succeeded().Json["steps"]!.AsArray();
        foreach (var step in steps.Select(step => step!.AsObject()))
        {
            string[] measured = [.. step.Select(member => member.Key).Where(IsMeasured)];
            foreach (string key in measured)
            {
                step.Remove(key);
            }
        }

        return steps.ToJsonString();
    }

    static bool IsMeasured(string key) =>
        key.Contains("econd", StringComparison.Ordinal) || key == "graderWaitShare" || key.StartsWith("memory", StringComparison.Ordinal);
}
