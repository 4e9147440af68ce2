using System.Text.Json;

namespace Hone.Grading.Json.Schema.Keywords;

/// <summary>What no keyword beside these, nor any schema applied to the same value, has looked at.</summary>
static class UnevaluatedKeywords
{
    public static IEnumerable<(string Name, KeywordReader Read)> All => [("unevaluatedProperties", Properties), ("unevaluatedItems", Items)];

    static SchemaRule? Properties(SchemaForm form, JsonElement value)
    {
        form.Reading.TracksSeen = true;
        return form.Schema("unevaluatedProperties", value) is not { } schema ? null
            : (run, json, seen) =>
            {
                if (json.ValueKind != JsonValueKind.Object)
                {
                    return true;
                }

                bool fits = json.EnumerateObject().Where(member => !seen!.Has(member.Name))
                    .All(member => run.FitsChild(schema, member.Name, member.Value));
                seen!.AddAll();
                return fits;
            };
    }

    static SchemaRule? Items(SchemaForm form, JsonElement value)
    {
        form.Reading.TracksSeen = true;
        return form.Schema("unevaluatedItems", value) is not { } schema ? null
            : (run, json, seen) =>
            {
                if (json.ValueKind != JsonValueKind.Array)
                {
                    return true;
                }

                bool fits = json.EnumerateArray().Index().Where(item => !seen!.Has(item.Index))
                    .All(item => run.FitsChild(schema, item.Index.ToString(), item.Item));
                seen!.AddAll();
                return fits;
            };
    }
}
