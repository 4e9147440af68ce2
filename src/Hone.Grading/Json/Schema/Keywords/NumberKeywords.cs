using System.Text.Json;

namespace Hone.Grading.Json.Schema.Keywords;

/// <summary>Bounds and steps of numbers, exact whatever their size.</summary>
static class NumberKeywords
{
    public static IEnumerable<(string Name, KeywordReader Read)> All =>
    [
        ("minimum", Bound("minimum", (value, bound) => value.CompareTo(bound) >= 0, "of {0} or more")),
        ("maximum", Bound("maximum", (value, bound) => value.CompareTo(bound) <= 0, "of {0} at most")),
        ("exclusiveMinimum", Bound("exclusiveMinimum", (value, bound) => value.CompareTo(bound) > 0, "above {0}")),
        ("exclusiveMaximum", Bound("exclusiveMaximum", (value, bound) => value.CompareTo(bound) < 0, "below {0}")),
        ("multipleOf", MultipleOf),
    ];

    static KeywordReader Bound(string keyword, Func<JsonNumber, JsonNumber, bool> holds, string such) => (form, value) =>
    {
        if (form.Number(keyword, value) is not { } bound)
        {
            return null;
        }

        string needs = string.Format(such, value.GetRawText());
        return (run, json, _) => json.ValueKind != JsonValueKind.Number || holds(JsonNumber.Of(json), bound)
            || run.Fail($"is {GraderReader.Show(json)}, but needs to be a number {needs}");
    };

    static SchemaRule? MultipleOf(SchemaForm form, JsonElement value)
    {
        if (form.Number("multipleOf", value) is not { } step)
        {
            return null;
        }

        if (step.IsZero || step.Negative)
        {
            form.Problem("multipleOf", value, "a number above 0");
            return null;
        }

        return (run, json, _) => json.ValueKind != JsonValueKind.Number || JsonNumber.Of(json).IsMultipleOf(step)
            || run.Fail($"is {GraderReader.Show(json)}, but needs to be a multiple of {value.GetRawText()}");
    }
}
