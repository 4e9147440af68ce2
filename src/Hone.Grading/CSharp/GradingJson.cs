using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hone.Grading.CSharp;

/// <summary>Items and grades as lines of JSON, between Hone and the process of a C# grader.</summary>
static class GradingJson
{
    static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        // A grader may score NaN; that it is none of a score is told on the other side.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, _options);

    /// <exception cref="JsonException">It is something else.</exception>
    public static T Read<T>(string line) => JsonSerializer.Deserialize<T>(line, _options) ?? throw new JsonException("null");

    /// <summary>Reads and writes once: what that takes the first time is no part of the first item's time.</summary>
    public static void WarmUp()
    {
        var item = new GradingItem("", [new("", "")], "", null, new Dictionary<string, JsonElement>(), Truncated: false);
        _ = Read<Grade[]>(Write(Read<GradingItem[]>(Write(new[] { item })).Select(read => read.Scored(0, ""))));
    }
}
