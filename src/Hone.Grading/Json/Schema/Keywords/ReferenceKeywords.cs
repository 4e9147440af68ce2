using System.Text.Json;

namespace Hone.Grading.Json.Schema.Keywords;

/// <summary><c>$ref</c> and <c>$dynamicRef</c>.</summary>
static class ReferenceKeywords
{
    public static IEnumerable<(string Name, KeywordReader Read)> All => [("$ref", Reference), ("$dynamicRef", DynamicReference)];

    public static SchemaRule? Reference(SchemaForm form, JsonElement value)
    {
        if (Resolve(form, "$ref", value) is not { Node: var target })
        {
            return null;
        }

        form.Node.SameValue.Add(target);
        return (run, json, seen) => run.Fits(target, json, seen);
    }

    /// <summary>As <c>$ref</c>; where it leads to a <c>$dynamicAnchor</c>, the outermost resource on the way here that has one of that name
    /// gives the schema.</summary>
    static SchemaRule? DynamicReference(SchemaForm form, JsonElement value)
    {
        if (Resolve(form, "$dynamicRef", value) is not { Node: var target, Anchor: var anchor })
        {
            return null;
        }

        form.Node.SameValue.Add(target);
        return anchor is null || !target.Resource.DynamicAnchors.ContainsKey(anchor)
            ? (run, json, seen) => run.Fits(target, json, seen)
            : (run, json, seen) => run.Fits(Outermost(run, anchor) ?? target, json, seen);
    }

    static SchemaNode? Outermost(SchemaRun run, string anchor)
    {
        foreach (var resource in run.Scope)
        {
            if (resource.DynamicAnchors.TryGetValue(anchor, out var node))
            {
                return node;
            }
        }

        return null;
    }

    static (SchemaNode Node, string? Anchor)? Resolve(SchemaForm form, string keyword, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return form.Reading.Resolve(form.Node, value.GetString()!);
        }

        form.Problem(keyword, value, "a text such as \"#/$defs/name\"");
        return null;
    }
}
