using System.Text.Json;

namespace Hone.Grading.Json.Schema.Keywords;

/// <summary><c>allOf</c>, <c>anyOf</c>, <c>oneOf</c>, <c>not</c>, <c>if</c>.</summary>
static class CombiningKeywords
{
    public static IEnumerable<(string Name, KeywordReader Read)> All =>
        [("allOf", AllOf), ("anyOf", AnyOf), ("oneOf", OneOf), ("not", Not), ("if", If)];

    static SchemaRule? AllOf(SchemaForm form, JsonElement value) =>
        form.Schemas("allOf", value, ofSameValue: true) is not { } schemas ? null
        : (run, json, seen) => schemas.All(schema => run.Fits(schema, json, seen));

    // All are tried where something asks what was looked at: each that fits has looked.
    static SchemaRule? AnyOf(SchemaForm form, JsonElement value) =>
        form.Schemas("anyOf", value, ofSameValue: true) is not { } schemas ? null
        : (run, json, seen) => (seen is null
                ? schemas.Any(schema => run.FitsSilently(schema, json, null))
                : schemas.Select(schema => run.FitsSilently(schema, json, seen)).ToList().Contains(true))
            || run.Fail($"fits none of the {schemas.Count} schemas of \"anyOf\"");

    static SchemaRule? OneOf(SchemaForm form, JsonElement value) =>
        form.Schemas("oneOf", value, ofSameValue: true) is not { } schemas ? null
        : (run, json, seen) =>
        {
            int found = schemas.Count(schema => run.FitsSilently(schema, json, seen));
            return found == 1 || run.Fail($"fits {found} of the {schemas.Count} schemas of \"oneOf\", but needs to fit exactly one");
        };

    static SchemaRule? Not(SchemaForm form, JsonElement value) =>
        form.Schema("not", value, ofSameValue: true) is not { } schema ? null
        : (run, json, _) => !run.FitsSilently(schema, json, null) || run.Fail("fits the schema of \"not\"");

    static SchemaRule? If(SchemaForm form, JsonElement value)
    {
        var then = form.Any("then") is { } yes ? form.Schema("then", yes, ofSameValue: true) : null;
        var otherwise = form.Any("else") is { } no ? form.Schema("else", no, ofSameValue: true) : null;
        return form.Schema("if", value, ofSameValue: true) is not { } condition ? null
            : (run, json, seen) => (run.FitsSilently(condition, json, seen) ? then : otherwise) is not { } branch || run.Fits(branch, json, seen);
    }
}
