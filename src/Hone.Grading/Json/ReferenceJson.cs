using System.Text.Json;

namespace Hone.Grading.Json;

/// <summary>A record's reference answer as JSON: <c>reference_answer</c> as it is written, or the JSON in its text.</summary>
static class ReferenceJson
{
    /// <returns>Null where there is none; the problem is then a sentence for a fault.</returns>
    public static JsonElement? Of(GradingItem item, out string problem)
    {
        problem = "";
        if (item.Metadata.TryGetValue("reference_answer", out var written) && written.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        {
            return written;
        }

        if (string.IsNullOrWhiteSpace(item.Reference))
        {
            problem = "the record has no reference answer, which is the JSON to compare with.";
            return null;
        }

        var json = JsonText.Parse(item.Reference, out string why);
        problem = $"the reference answer {why}; it needs to be the JSON to compare with.";
        return json;
    }
}
