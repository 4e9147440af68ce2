using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Bench.Table;

/// <summary>What the peers' programs printed: JSON lines, one for each figure.</summary>
public sealed class PeerFigures(IReadOnlyList<JsonObject> lines)
{
    public static PeerFigures None { get; } = new([]);

    /// <exception cref="BenchException">The file is not there, or a line is not a JSON object.</exception>
    public static PeerFigures Read(string file) => File.Exists(file)
        ? new([.. JsonLines.Read(file)])
        : throw new BenchException($"--peers is {file}, but there is no such file; bench/peers.sh writes one.");

    /// <summary>Median of <paramref name="path"/> over the lines that have all these values; null without any.</summary>
    public double? Median(string path, params (string Name, JsonNode Value)[] where)
    {
        double[] found = [.. lines
            .Where(line => BenchLine.Has(line, where))
            .Select(line => BenchLine.Number(line, path)).OfType<double>()];
        return found.Length == 0 ? null : Spread.MedianOf(found);
    }

    /// <summary>
    /// Seconds of training steps until an evaluation first reached this accuracy; if none did, of all steps: it took at least as long.
    /// </summary>
    public double? TrainingSecondsTo(double accuracy)
    {
        double seconds = 0;
        bool any = false;
        foreach (var line in lines)
        {
            string? kind = line["event"]?.GetValue<string>();
            if (kind == "step")
            {
                seconds += BenchLine.Number(line, "seconds") ?? 0;
                any = true;
            }
            else if (kind == "eval" && any && BenchLine.Number(line, "accuracy") >= accuracy)
            {
                return seconds;
            }
        }

        return any ? seconds : null;
    }
}

/// <summary>Files of one JSON object a line.</summary>
public static class JsonLines
{
    /// <exception cref="BenchException">A line is not a JSON object.</exception>
    public static IEnumerable<JsonObject> Read(string file)
    {
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (line.Length > 0)
            {
                yield return Parse(line) ?? throw new BenchException($"{file}, line {number}: this is not a JSON object.");
            }
        }
    }

    /// <summary>The object on a line, or null.</summary>
    public static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
