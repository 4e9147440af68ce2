using System.Text.Json;

namespace Hone.Grading.Json.Schema.Keywords;

/// <summary>Items of lists: how many, which, whether each is its own.</summary>
static class ListKeywords
{
    public static IEnumerable<(string Name, KeywordReader Read)> Both =>
    [
        ("minItems", (form, value) => Size(form, "minItems", value, (size, bound) => size >= bound, "or more")),
        ("maxItems", (form, value) => Size(form, "maxItems", value, (size, bound) => size <= bound, "at most")),
        ("uniqueItems", UniqueItems),
        ("contains", Contains),
    ];

    public static IEnumerable<(string Name, KeywordReader Read)> Draft7 => [("items", ItemsOfDraft7)];

    public static IEnumerable<(string Name, KeywordReader Read)> Draft202012 => [("prefixItems", PrefixItems), ("items", Items)];

    static SchemaRule? Size(SchemaForm form, string keyword, JsonElement value, Func<int, int, bool> holds, string such) =>
        form.Count(keyword, value) is not { } bound ? null
        : (run, json, _) => json.ValueKind != JsonValueKind.Array || holds(json.GetArrayLength(), bound)
            || run.Fail($"has {json.GetArrayLength()} items, but needs {bound} {such}");

    static SchemaRule? UniqueItems(SchemaForm form, JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            form.Problem("uniqueItems", value, "true or false");
            return null;
        }

        return value.ValueKind == JsonValueKind.False ? null
            : (run, json, _) => json.ValueKind != JsonValueKind.Array
                || json.EnumerateArray().Select(JsonCanon.Of).Distinct().Count() == json.GetArrayLength()
                || run.Fail("has an item twice, but each needs to be its own");
    }

    static SchemaRule? Contains(SchemaForm form, JsonElement value)
    {
        if (form.Schema("contains", value) is not { } schema)
        {
            return null;
        }

        bool counts = form.Draft == SchemaDraft.Draft202012;
        int least = counts && form.Any("minContains") is { } min ? form.Count("minContains", min) ?? 1 : 1;
        int most = counts && form.Any("maxContains") is { } max ? form.Count("maxContains", max) ?? int.MaxValue : int.MaxValue;
        return (run, json, seen) =>
        {
            if (json.ValueKind != JsonValueKind.Array)
            {
                return true;
            }

            int found = 0;
            foreach (var (index, item) in json.EnumerateArray().Index())
            {
                if (run.FitsSilently(schema, item, null))
                {
                    found++;
                    seen?.Add(index);
                }
            }

            return (found >= least && found <= most)
                || run.Fail($"has {found} items that fit \"contains\", but needs {least}{(most == int.MaxValue ? " or more" : $" to {most}")}");
        };
    }

    static SchemaRule? PrefixItems(SchemaForm form, JsonElement value) =>
        form.Schemas("prefixItems", value) is not { } schemas ? null : (run, json, seen) => FitsInOrder(run, json, schemas, seen);

    static SchemaRule? Items(SchemaForm form, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            form.Problem("items", value, "one schema; a list of them is draft 7's, which the schema says with "
                + "\"$schema\":\"http://json-schema.org/draft-07/schema#\", or 2020-12's prefixItems");
            return null;
        }

        int after = form.Any("prefixItems") is { ValueKind: JsonValueKind.Array } prefix ? prefix.GetArrayLength() : 0;
        return form.Schema("items", value) is not { } schema ? null : (run, json, seen) => FitsFrom(run, json, after, schema, seen);
    }

    static SchemaRule? ItemsOfDraft7(SchemaForm form, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return form.Schema("items", value) is not { } each ? null : (run, json, seen) => FitsFrom(run, json, 0, each, seen);
        }

        if (value.GetArrayLength() > 0 && form.Schemas("items", value) is { } schemas)
        {
            var rest = form.Any("additionalItems") is { } others ? form.Schema("additionalItems", others) : null;
            return (run, json, seen) => FitsInOrder(run, json, schemas, seen) && (rest is null || FitsFrom(run, json, schemas.Count, rest, seen));
        }

        return null;
    }

    static bool FitsInOrder(SchemaRun run, JsonElement json, IReadOnlyList<SchemaNode> schemas, Seen? seen)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            return true;
        }

        foreach (var (index, item) in json.EnumerateArray().Take(schemas.Count).Index())
        {
            if (!run.FitsChild(schemas[index], index.ToString(), item))
            {
                return false;
            }

            seen?.Add(index);
        }

        return true;
    }

    static bool FitsFrom(SchemaRun run, JsonElement json, int first, SchemaNode schema, Seen? seen)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            return true;
        }

        foreach (var (index, item) in json.EnumerateArray().Index().Skip(first))
        {
            if (!run.FitsChild(schema, index.ToString(), item))
            {
                return false;
            }
        }

        seen?.AddAll();
        return true;
    }
}
