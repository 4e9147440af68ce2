using System.Text.Json.Nodes;
using Hone.Bench.Machine;
using Hone.Bench.Probes;
using Hone.Tensors;

namespace Hone.Bench;

/// <summary>One result as one JSON object: what was measured, every parameter, the figures, and the machine beside them.</summary>
public static class BenchLine
{
    /// <param name="what">The bench's name.</param>
    /// <param name="parameters">Every option that shapes the work.</param>
    /// <param name="figures">What came out.</param>
    /// <param name="limits">What the probe found in the same minute.</param>
    /// <param name="otherLoad">Share of the machine that others took in the worst repeat that counts.</param>
    public static JsonObject Of(string what, JsonObject parameters, JsonObject figures, IReadOnlyList<Limits> limits, double otherLoad)
    {
        var line = new JsonObject { ["what"] = what };
        foreach (var (name, value) in parameters.Concat(figures))
        {
            line[name] = value?.DeepClone();
        }

        line["probe"] = new JsonArray([.. limits.Select(limit => limit.ToJson())]);
        line["other_load"] = Math.Round(otherLoad, 3);
        line["commit"] = SourceVersion.Here;
        line["cpu"] = ProcessorName.Here().ToString();
        line["processors"] = Environment.ProcessorCount;
        line["tier"] = Processor.Describe();
        line["dotnet"] = Environment.Version.ToString();
        line["date"] = DateTimeOffset.Now.ToString("yyyy-MM-dd'T'HH:mm:sszzz");
        return line;
    }

    /// <summary>True if the line has each of these values, read from a file or not.</summary>
    public static bool Has(JsonObject line, IEnumerable<(string Name, JsonNode Value)> values) =>
        values.All(value => line[value.Name]?.ToJsonString() == value.Value.ToJsonString());

    /// <summary>The number at a path such as <c>tokens_per_s.median</c>, or null.</summary>
    public static double? Number(JsonNode line, string path)
    {
        JsonNode? at = line;
        foreach (string name in path.Split('.'))
        {
            at = (at as JsonObject)?[name];
        }

        return at is JsonValue value && value.TryGetValue(out double number) ? number : null;
    }
}
