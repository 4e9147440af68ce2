using System.Text.Json;

namespace Hone.Models.Sampling.Constraints;

/// <summary>
/// Reads a JSON Schema as a form. What is written holds the schema; it need not be all that the schema allows: an object has the keys that
/// the schema names, in that order, and no others.
/// </summary>
sealed class JsonSchemaReader(JsonElement root)
{
    const int MostKeys = 500, MostNodes = 5000, Deepest = 250;

    // They say something about values and demand nothing of them.
    static readonly string[] _remarks =
        ["title", "description", "default", "examples", "$schema", "$id", "$anchor", "$comment", "deprecated", "readOnly", "writeOnly", "$defs", "definitions"];

    static readonly string[] _types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    readonly List<string> _problems = [];
    readonly HashSet<GrammarNode> _entered = [];
    readonly Dictionary<string, Rule> _references = new(StringComparer.Ordinal);
    int _nodes, _depth;

    /// <summary>A sentence for each thing that cannot be held to, with where it stands.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The form; without meaning where there are problems.</summary>
    public GrammarNode Read()
    {
        var node = RuleAt("#");
        if (_problems.Count == 0 && _references.Values.Select(Circle).FirstOrDefault(found => found.Count > 0) is { } circle)
        {
            string path = _references.First(pair => circle.Contains(pair.Value)).Key;
            _problems.Add($"the schema at {path} refers to itself before anything is written; a value would never begin.");
        }

        return node;
    }

    GrammarNode Schema(JsonElement schema, string path)
    {
        if (++_nodes > MostNodes)
        {
            return Refuse($"the schema has more than {MostNodes:N0} parts; make it smaller.");
        }

        if (_depth > Deepest)
        {
            return Refuse($"{path} is nested deeper than {Deepest} schemas, counted through $ref; make it flatter.");
        }

        if (schema.ValueKind == JsonValueKind.True)
        {
            return JsonForms.Value;
        }

        return schema.ValueKind == JsonValueKind.Object
            ? Alternatives(schema, path)
            : Refuse($"{path} is {schema.ValueKind}, but needs to be a schema: an object in braces or true.");
    }

    GrammarNode Alternatives(JsonElement schema, string path)
    {
        foreach (string key in (string[])["$ref", "anyOf", "const", "enum"])
        {
            if (schema.TryGetProperty(key, out var value))
            {
                Only(schema, path, key is "$ref" or "anyOf" ? [key] : [key, "type"], beside: key);
                return key switch
                {
                    "$ref" => Reference(value, path),
                    "anyOf" => AnyOf(value, path),
                    "const" => JsonForms.Literal(value),
                    _ => Enumeration(value, schema, path),
                };
            }
        }

        string[] types = Types(schema, path);
        Known(schema, path, types);
        return types.Length == 1 ? OfType(types[0], schema, path) : new OneOf([.. types.Select(type => OfType(type, schema, path))]);
    }

    GrammarNode AnyOf(JsonElement value, string path) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
        ? new OneOf([.. value.EnumerateArray().Select((one, i) => Schema(one, $"{path}/anyOf/{i}"))])
        : Refuse($"{path}/anyOf needs to be a list of one or more schemas.");

    GrammarNode Enumeration(JsonElement value, JsonElement schema, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return Refuse($"{path}/enum needs to be a list of values.");
        }

        _nodes += value.GetArrayLength();
        string[] types = Types(schema, path);
        JsonElement[] values = [.. value.EnumerateArray().Where(one => types.Any(type => IsOf(type, one)))];
        return values.Length > 0
            ? new OneOf([.. values.DistinctBy(one => one.GetRawText()).Select(JsonForms.Literal)])
            : Refuse($"{path}/enum has no value that its type allows.");
    }

    GrammarNode OfType(string type, JsonElement schema, string path) => type switch
    {
        "object" => Object(schema, path),
        "array" => JsonForms.ArrayOf(
            schema.TryGetProperty("items", out var items) ? Schema(items, path + "/items") : JsonForms.Value,
            Count(schema, "minItems", path) ?? 0, Most(schema, "minItems", "maxItems", path)),
        "string" => JsonForms.StringOf(Count(schema, "minLength", path) ?? 0, Most(schema, "minLength", "maxLength", path)),
        "number" => JsonForms.Number,
        "integer" => JsonForms.Integer,
        "boolean" => JsonForms.Boolean,
        _ => JsonForms.Null,
    };

    GrammarNode Object(JsonElement schema, string path)
    {
        bool hasProperties = schema.TryGetProperty("properties", out var properties);
        if (hasProperties && properties.ValueKind != JsonValueKind.Object)
        {
            return Refuse($"{path}/properties needs to be an object of schemas.");
        }

        (string Name, JsonElement Schema)[] keys = hasProperties ? [.. properties.EnumerateObject().Select(one => (one.Name, one.Value))] : [];
        string[] required = Required(schema, path);
        foreach (string missing in required.Except(keys.Select(key => key.Name)))
        {
            Refuse($"{path}/required names '{missing}', but properties does not say what it is.");
        }

        if (keys.Length > MostKeys)
        {
            return Refuse($"{path}/properties has {keys.Length:N0} keys, but {MostKeys} are the most.");
        }

        bool others = schema.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind != JsonValueKind.False;
        if (keys.Length > 0)
        {
            return Keys([.. keys.Select(key => new KeyForm(
                JsonForms.Key(key.Name), Schema(key.Schema, $"{path}/properties/{key.Name}"), required.Contains(key.Name)))]);
        }

        return others ? JsonForms.MapOf(Schema(additional, path + "/additionalProperties"), 0, null)
            : additional.ValueKind == JsonValueKind.False ? InOrder.Text("{}"u8)
            : JsonForms.Object;
    }

    readonly record struct KeyForm(GrammarNode Key, GrammarNode Value, bool Required);

    // From the last key to the first: what follows, with something before it and with nothing.
    static InOrder Keys(KeyForm[] keys)
    {
        GrammarNode first = JsonForms.Byte('}'), later = first;
        foreach (var (key, value, required) in keys.Reverse())
        {
            var rest = later;
            GrammarNode begun = new InOrder(JsonForms.Comma, key, value, rest), alone = new InOrder(key, value, rest);
            (first, later) = required ? (alone, begun) : (new OneOf(alone, first), new OneOf(begun, later));
        }

        return new(JsonForms.Byte('{'), first);
    }

    Rule RuleAt(string reference)
    {
        if (_references.TryGetValue(reference, out var rule))
        {
            return rule;
        }

        _references[reference] = rule = new Rule { Body = InOrder.Empty };
        _depth++;
        rule.Body = JsonPointer.Find(root, reference) is { } schema
            ? Schema(schema, reference)
            : Refuse($"there is no schema at '{reference}' that a $ref names; it needs to be '#' or a path such as '#/$defs/name'.");
        _depth--;
        return rule;
    }

    GrammarNode Reference(JsonElement value, string path) => value.ValueKind == JsonValueKind.String
        ? RuleAt(value.GetString()!)
        : Refuse($"{path}/$ref needs to be text, such as '#/$defs/name'.");

    string[] Types(JsonElement schema, string path)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return schema.TryGetProperty("properties", out _) || schema.TryGetProperty("additionalProperties", out _) ? ["object"]
                : schema.TryGetProperty("items", out _) ? ["array"]
                : _types;
        }

        string?[] types = type.ValueKind switch
        {
            JsonValueKind.String => [type.GetString()],
            JsonValueKind.Array => [.. type.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.String ? one.GetString() : null)],
            _ => [],
        };
        if (types.Length == 0 || !types.All(_types.Contains))
        {
            Refuse($"{path}/type is {type.GetRawText()}, but needs to be one or several of {string.Join(", ", _types)}.");
            return ["null"];
        }

        return [.. types.Distinct()!];
    }

    string[] Required(JsonElement schema, string path)
    {
        if (!schema.TryGetProperty("required", out var required))
        {
            return [];
        }

        if (required.ValueKind == JsonValueKind.Array && required.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String))
        {
            return [.. required.EnumerateArray().Select(name => name.GetString()!)];
        }

        Refuse($"{path}/required needs to be a list of names.");
        return [];
    }

    int? Most(JsonElement schema, string least, string most, string path)
    {
        int? limit = Count(schema, most, path);
        if (limit is { } upper && Count(schema, least, path) is { } lower && lower > upper)
        {
            Refuse($"{path} has {least} {lower}, but {most} {upper}; no value has both.");
        }

        return limit;
    }

    int? Count(JsonElement schema, string key, string path)
    {
        if (!schema.TryGetProperty(key, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count >= 0)
        {
            return count;
        }

        Refuse($"{path}/{key} is {value.GetRawText()}, but needs to be a whole number of 0 or more.");
        return null;
    }

    // Every keyword must be one that is held to.
    void Known(JsonElement schema, string path, string[] types)
    {
        List<string> known = ["type"];
        known.AddRange(types.Contains("object") ? ["properties", "required", "additionalProperties"] : []);
        known.AddRange(types.Contains("array") ? ["items", "minItems", "maxItems"] : []);
        known.AddRange(types.Contains("string") ? ["minLength", "maxLength"] : []);
        Only(schema, path, known, beside: null);
    }

    void Only(JsonElement schema, string path, IReadOnlyList<string> known, string? beside)
    {
        foreach (string key in schema.EnumerateObject().Select(one => one.Name).Where(key => !known.Contains(key) && !_remarks.Contains(key)))
        {
            Refuse(beside is null
                ? $"{path} has the keyword '{key}', which completions cannot be held to; leave it out, or check it once the answer is there."
                : $"{path} has the keyword '{key}' beside '{beside}', which completions cannot be held to together; keep one of them.");
        }
    }

    InOrder Refuse(string problem)
    {
        _problems.Add(problem);
        return InOrder.Empty;
    }

    static bool IsOf(string type, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && value.TryGetDecimal(out decimal number) && decimal.IsInteger(number)),
        JsonValueKind.Null => type == "null",
        _ => type == "boolean",
    };

    // Forms of which each stands at the beginning of the one before, and the first at that of the last; none, where no such way begins here.
    // Each form is looked at once.
    IReadOnlyList<GrammarNode> Circle(GrammarNode first)
    {
        var way = new Stack<(GrammarNode Node, IEnumerator<GrammarNode> Next)>();
        HashSet<GrammarNode> open = [];
        Enter(first);
        while (way.TryPeek(out var last))
        {
            if (!last.Next.MoveNext())
            {
                open.Remove(way.Pop().Node);
            }
            else if (open.Contains(last.Next.Current))
            {
                return [last.Next.Current, .. way.Select(step => step.Node).TakeWhile(node => node != last.Next.Current)];
            }
            else
            {
                Enter(last.Next.Current);
            }
        }

        return [];

        void Enter(GrammarNode node)
        {
            if (_entered.Add(node))
            {
                open.Add(node);
                way.Push((node, node.Beginnings.GetEnumerator()));
            }
        }
    }
}
