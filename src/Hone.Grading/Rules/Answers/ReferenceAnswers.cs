using System.Text.Json;

namespace Hone.Grading.Rules.Answers;

/// <summary>The accepted answers of a record, whatever shape its reference answer has.</summary>
/// <remarks>A text or number is one answer, a list several of which any counts. Of an object, the field that the settings name
/// counts, else one of the usual names, else its only value.</remarks>
static class ReferenceAnswers
{
    static readonly string[] _usual =
        ["answer", "final_answer", "answers", "accepted", "accepted_answers", "solution", "value", "label", "target", "ground_truth", "text"];

    /// <param name="field">Where the answer is, as a name or names joined by points: in the reference answer where that is
    /// an object, else in the record. Null: not told.</param>
    /// <returns>Null with a problem as a sentence.</returns>
    public static IReadOnlyList<string>? Of(GradingItem item, string? field, out string problem)
    {
        problem = "";
        bool written = item.Metadata.TryGetValue("reference_answer", out var reference);
        if (field is not null)
        {
            return Find(item, reference, field) is { } found && Texts(found) is { Count: > 0 } named
                ? named
                : Missing($"the record has no text, number or list of them in \"{field}\", where the settings look for the answer.", out problem);
        }

        if (written && reference.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Number)
        {
            return Texts(reference.ValueKind == JsonValueKind.Object ? Usual(reference) : reference) is { Count: > 0 } several
                ? several
                : Missing("the reference answer is an object without one answer in it; name its field with \"field\".", out problem);
        }

        return string.IsNullOrWhiteSpace(item.Reference)
            ? Missing($"{RuleGrader.NoReference}, which this grader compares with.", out problem)
            : [item.Reference];
    }

    static IReadOnlyList<string>? Missing(string sentence, out string problem)
    {
        problem = sentence;
        return null;
    }

    static JsonElement? Find(GradingItem item, JsonElement reference, string field)
    {
        string[] names = field.Split('.');
        return Walk(reference, names)
            ?? (item.Metadata.TryGetValue(names[0], out var first) ? Walk(first, names[1..]) : null);
    }

    static JsonElement? Walk(JsonElement json, string[] names)
    {
        foreach (string name in names)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
            {
                return null;
            }
        }

        return json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : json;
    }

    static JsonElement Usual(JsonElement reference)
    {
        foreach (string name in _usual)
        {
            if (reference.TryGetProperty(name, out var value))
            {
                return value;
            }
        }

        var all = reference.EnumerateObject().ToArray();
        return all.Length == 1 ? all[0].Value : default;
    }

    static List<string>? Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => string.IsNullOrWhiteSpace(json.GetString()) ? null : [json.GetString()!],
        JsonValueKind.Number => [json.GetRawText()],
        JsonValueKind.True => ["true"],
        JsonValueKind.False => ["false"],
        JsonValueKind.Array => [.. json.EnumerateArray().Where(one => one.ValueKind != JsonValueKind.Array).SelectMany(one => Texts(one) ?? [])],
        _ => null,
    };
}
