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
    /// Seconds of training steps until an evaluation first reached this accuracy, in the fastest run that did; if none did, of all steps of
    /// the fastest run: it took at least as long. Null without a run.
    /// </summary>
    public double? TrainingSecondsTo(double accuracy)
    {
        List<(double Seconds, bool Reached)> runs = [];
        double seconds = 0;
        double? reached = null;
        foreach (var line in lines)
        {
            switch (line["event"]?.GetValue<string>())
            {
                case "step":
                    seconds += BenchLine.Number(line, "seconds") ?? 0;
                    break;
                case "eval" when seconds > 0 && BenchLine.Number(line, "accuracy") >= accuracy:
                    reached ??= seconds;
                    break;
                case "summary":
                    runs.Add((reached ?? seconds, reached is not null));
                    (seconds, reached) = (0, null);
                    break;
            }
        }

        return runs.Count == 0 ? null : runs.OrderByDescending(run => run.Reached).ThenBy(run => run.Seconds).First().Seconds;
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
