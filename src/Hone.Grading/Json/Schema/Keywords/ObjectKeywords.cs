using System.Text.Json;

namespace Hone.Grading.Json.Schema.Keywords;

/// <summary>Members of objects: which, how many, and what each has to be.</summary>
static class ObjectKeywords
{
    public static IEnumerable<(string Name, KeywordReader Read)> All =>
    [
        ("required", Required),
        ("minProperties", (form, value) => Size(form, "minProperties", value, (size, bound) => size >= bound, "or more")),
        ("maxProperties", (form, value) => Size(form, "maxProperties", value, (size, bound) => size <= bound, "at most")),
        ("propertyNames", PropertyNames),
        ("properties", Properties),
        ("patternProperties", PatternProperties),
        ("additionalProperties", AdditionalProperties),
        ("dependencies", Dependencies),
    ];

    public static IEnumerable<(string Name, KeywordReader Read)> Draft202012 =>
        [("dependentRequired", DependentRequired), ("dependentSchemas", DependentSchemas)];

    static SchemaRule? Required(SchemaForm form, JsonElement value) =>
        form.Names("required", value) is not { } names ? null : (run, json, _) => HasAll(run, json, names, "");

    static bool HasAll(SchemaRun run, JsonElement json, IReadOnlyList<string> names, string because)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return true;
        }

        string[] missing = [.. names.Where(name => !json.TryGetProperty(name, out _))];
        return missing.Length == 0 || run.Fail($"lacks {string.Join(", ", missing.Take(5).Select(name => $"\"{name}\""))}{because}");
    }

    static SchemaRule? Size(SchemaForm form, string keyword, JsonElement value, Func<int, int, bool> holds, string such) =>
        form.Count(keyword, value) is not { } bound ? null
        : (run, json, _) => json.ValueKind != JsonValueKind.Object || holds(json.GetPropertyCount(), bound)
            || run.Fail($"has {json.GetPropertyCount()} members, but needs {bound} {such}");

    static SchemaRule? PropertyNames(SchemaForm form, JsonElement value) =>
        form.Schema("propertyNames", value) is not { } schema ? null
        : (run, json, _) => json.ValueKind != JsonValueKind.Object
            || json.EnumerateObject().All(member => run.FitsChild(schema, member.Name, JsonSerializer.SerializeToElement(member.Name)));

    static SchemaRule? Properties(SchemaForm form, JsonElement value)
    {
        if (form.Named("properties", value) is not { } schemas)
        {
            return null;
        }

        return (run, json, seen) =>
        {
            if (json.ValueKind != JsonValueKind.Object)
            {
                return true;
            }

            foreach (var (name, schema) in schemas)
            {
                if (json.TryGetProperty(name, out var member) && !run.FitsChild(schema, name, member))
                {
                    return false;
                }

                seen?.Add(name);
            }

            return true;
        };
    }

    static SchemaRule? PatternProperties(SchemaForm form, JsonElement value)
    {
        if (form.Named("patternProperties", value) is not { } schemas)
        {
            return null;
        }

        var patterns = schemas.Select(named => (Pattern: form.Pattern("patternProperties", named.Name), named.Schema)).ToArray();
        return (run, json, seen) => json.ValueKind != JsonValueKind.Object || json.EnumerateObject().All(member =>
            patterns.Where(known => known.Pattern!.Occurs(member.Name)).All(known =>
            {
                seen?.Add(member.Name);
                return run.FitsChild(known.Schema, member.Name, member.Value);
            }));
    }

    static SchemaRule? AdditionalProperties(SchemaForm form, JsonElement value)
    {
        if (form.Schema("additionalProperties", value) is not { } schema)
        {
            return null;
        }

        var named = form.Any("properties") is { ValueKind: JsonValueKind.Object } properties
            ? properties.EnumerateObject().Select(member => member.Name).ToHashSet()
            : [];

        // A pattern that cannot be read was told by patternProperties.
        SchemaPattern[] patterns = form.Any("patternProperties") is { ValueKind: JsonValueKind.Object } others
            ? [.. others.EnumerateObject().Select(member => SchemaPattern.Read(member.Name, out _)).OfType<SchemaPattern>()]
            : [];
        return (run, json, seen) => json.ValueKind != JsonValueKind.Object || json.EnumerateObject()
            .Where(member => !named.Contains(member.Name) && !patterns.Any(pattern => pattern.Occurs(member.Name)))
            .All(member =>
            {
                seen?.Add(member.Name);
                return run.FitsChild(schema, member.Name, member.Value);
            });
    }

    static SchemaRule? DependentRequired(SchemaForm form, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            form.Problem("dependentRequired", value, "an object of lists of names");
            return null;
        }

        var rules = value.EnumerateObject()
            .Select(member => (member.Name, Needs: form.Names($"dependentRequired/{member.Name}", member.Value) ?? [])).ToArray();
        return (run, json, _) => rules.All(rule => !Has(json, rule.Name) || HasAll(run, json, rule.Needs, $", which \"{rule.Name}\" needs"));
    }

    static SchemaRule? DependentSchemas(SchemaForm form, JsonElement value) =>
        form.Named("dependentSchemas", value, ofSameValue: true) is not { } schemas ? null
        : (run, json, seen) => schemas.All(named => !Has(json, named.Name) || run.Fits(named.Schema, json, seen));

    /// <summary>Draft 7's two keywords in one; later drafts still take it.</summary>
    static SchemaRule? Dependencies(SchemaForm form, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            form.Problem("dependencies", value, "an object of schemas and lists of names");
            return null;
        }

        var rules = new List<SchemaRule>();
        foreach (var member in value.EnumerateObject())
        {
            string name = member.Name;
            if (SchemaChildren.IsSchema(member.Value))
            {
                var schema = form.Same($"/dependencies/{SchemaChildren.Escape(name)}");
                rules.Add((run, json, seen) => !Has(json, name) || run.Fits(schema, json, seen));
            }
            else if (form.Names($"dependencies/{name}", member.Value) is { } needs)
            {
                rules.Add((run, json, _) => !Has(json, name) || HasAll(run, json, needs, $", which \"{name}\" needs"));
            }
        }

        return (run, json, seen) => rules.All(rule => rule(run, json, seen));
    }

    static bool Has(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out _);
}
