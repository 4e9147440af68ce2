using System.Text.Json;

namespace Hone.Grading.Json.Schema.Keywords;

/// <summary>Lengths in code points, patterns, and formats where they are to assert.</summary>
static class TextKeywords
{
    public static IEnumerable<(string Name, KeywordReader Read)> All =>
    [
        ("minLength", (form, value) => Length(form, "minLength", value, (length, bound) => length >= bound, "or more")),
        ("maxLength", (form, value) => Length(form, "maxLength", value, (length, bound) => length <= bound, "at most")),
        ("pattern", Pattern),
        ("format", Format),
    ];

    static SchemaRule? Length(SchemaForm form, string keyword, JsonElement value, Func<int, int, bool> holds, string such) =>
        form.Count(keyword, value) is not { } bound ? null
        : (run, json, _) => json.ValueKind != JsonValueKind.String || holds(CodePoints(json.GetString()!), bound)
            || run.Fail($"is {GraderReader.Show(json)}, but needs to be a text of {bound} characters {such}");

    static int CodePoints(string text) => text.Length - text.Count(char.IsLowSurrogate);

    static SchemaRule? Pattern(SchemaForm form, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            form.Problem("pattern", value, "a text");
            return null;
        }

        return form.Pattern("pattern", value.GetString()!) is not { } pattern ? null
            : (run, json, _) => json.ValueKind != JsonValueKind.String || pattern.Occurs(json.GetString()!)
                || run.Fail($"is {GraderReader.Show(json)}, but needs to match the pattern {pattern.Written}");
    }

    static SchemaRule? Format(SchemaForm form, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            form.Problem("format", value, "a text");
            return null;
        }

        if (!form.Reading.AssertsFormats || !SchemaFormats.All.TryGetValue(value.GetString()!, out var holds))
        {
            return null;
        }

        return (run, json, _) => json.ValueKind != JsonValueKind.String || holds(json.GetString()!)
            || run.Fail($"is {GraderReader.Show(json)}, but needs to be of the format {value.GetString()}");
    }
}
