using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Hone.Jobs;

/// <summary>
/// Compares a JSON tree with the record it is to become. What does not fit is described in a sentence and cut out, so that the rest can still
/// be read and checked: the user hears of everything at once.
/// </summary>
sealed class JsonShape(JsonSerializerOptions options)
{
    readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Describes and removes what does not fit <paramref name="type"/>. <paramref name="path"/> is "" for the whole file.</summary>
    /// <returns>False if a required key is missing: nothing of this type can be made.</returns>
    public bool Fit(JsonObject node, Type type, string path)
    {
        var known = options.GetTypeInfo(type).Properties.Where(property => property.Set is not null).ToList();
        foreach (string key in node.Select(pair => pair.Key).ToList())
        {
            if (known.Find(property => property.Name == key) is not { } property)
            {
                _problems.Add(Unknown(key, known, path));
                node.Remove(key);
            }
            else if (!FitValue(node[key], property.PropertyType, Join(path, key), property.IsSetNullable))
            {
                node.Remove(key);
            }
        }

        return !known.Where(property => property.IsRequired && !node.ContainsKey(property.Name)).Any();
    }

    /// <summary>Says which required keys the user left out. Call it before <see cref="Fit"/> cuts any.</summary>
    public void RequireKeys(JsonObject node, Type type, string path)
    {
        foreach (var property in options.GetTypeInfo(type).Properties.Where(property => property.IsRequired))
        {
            RequireKey(node, property, path);
        }
    }

    /// <summary>The same for a key that not every such object needs.</summary>
    public void RequireKey(JsonObject node, string member, Type type, string path)
    {
        string name = options.PropertyNamingPolicy!.ConvertName(member);
        var property = options.GetTypeInfo(type).Properties.First(property => property.Name == name);
        RequireKey(node, property, path);
    }

    void RequireKey(JsonObject node, JsonPropertyInfo property, string path)
    {
        if (!node.ContainsKey(property.Name) && !node.Any(pair => NearestName.Same(pair.Key, property.Name)))
        {
            _problems.Add($"{Join(path, property.Name)} is missing; it needs to be {Words(property.PropertyType)}.");
        }
    }

    bool FitValue(JsonNode? node, Type type, string path, bool nullable)
    {
        if (node is null)
        {
            return nullable || Refuse(path, "null", Words(type));
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        return options.GetTypeInfo(type).Kind switch
        {
            _ when type == typeof(DataSource) => FitSource(node, path),
            JsonTypeInfoKind.Object when node is JsonObject child => FitChild(child, type, path),
            JsonTypeInfoKind.Enumerable when node is JsonArray list => FitItems(list, options.GetTypeInfo(type).ElementType!, path),
            JsonTypeInfoKind.Dictionary when node is JsonObject => FitLeaf(node, type, path),
            JsonTypeInfoKind.None => FitLeaf(node, type, path),
            _ => Refuse(path, Show(node), Words(type)),
        };
    }

    bool FitChild(JsonObject child, Type type, string path)
    {
        RequireKeys(child, type, path);
        return Fit(child, type, path);
    }

    bool FitSource(JsonNode node, string path) => node switch
    {
        JsonObject logs => FitChild(logs, typeof(DataSource.LogsForm), path),
        JsonArray { Count: > 0 } files => FitItems(files, typeof(string), path),
        _ when node.GetValueKind() == JsonValueKind.String => true,
        _ => Refuse(path, Show(node), Words(typeof(DataSource))),
    };

    bool FitItems(JsonArray list, Type type, string path)
    {
        bool fits = true;
        for (int i = 0; i < list.Count; i++)
        {
            fits &= FitValue(list[i], type, $"{path}[{i}]", nullable: false);
        }

        return fits;
    }

    bool FitLeaf(JsonNode node, Type type, string path)
    {
        if (IsNumber(type) && node.GetValueKind() != JsonValueKind.Number)
        {
            return Refuse(path, Show(node), Words(type));
        }

        try
        {
            node.Deserialize(type, options);
            return true;
        }
        catch (JsonException)
        {
            return Refuse(path, Show(node), Words(type));
        }
    }

    bool Refuse(string path, string value, string words)
    {
        _problems.Add($"{path} is {value}, but needs to be {words}.");
        return false;
    }

    string Unknown(string key, List<JsonPropertyInfo> known, string path)
    {
        string where = path.Length == 0 ? "the job file" : path;
        string sentence = $"{where} has no key '{key}'";
        if (NearestName.Of(key, known.Select(property => property.Name)) is { } near)
        {
            return $"{sentence}; did you mean '{near}'?";
        }

        foreach (var property in known.Where(property => options.GetTypeInfo(property.PropertyType).Kind == JsonTypeInfoKind.Object))
        {
            if (options.GetTypeInfo(property.PropertyType).Properties.FirstOrDefault(child => NearestName.Same(key, child.Name)) is { } child)
            {
                return $"{sentence}; {child.Name} belongs inside {Join(path, property.Name)}.";
            }
        }

        return $"{sentence}; it can have {string.Join(", ", known.Select(property => property.Name))}.";
    }

    string Words(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => "text in quotes",
            _ when type == typeof(DataSource) => "the path of a JSONL file, a list of such paths, or an object with invocationLogsConfig",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) => $"a whole number, {int.MaxValue} at most",
            _ when type == typeof(ulong) => "a whole number, 0 or more",
            _ when type.IsEnum => "one of " + string.Join(", ", Enum.GetValuesAsUnderlyingType(type).Cast<object>()
                .Select(value => JsonSerializer.Serialize(Enum.ToObject(type, value), type, options).Trim('"'))),
            _ when IsNumber(type) => "a number",
            _ => options.GetTypeInfo(type).Kind switch
            {
                JsonTypeInfoKind.Enumerable => "a list in square brackets",
                JsonTypeInfoKind.Dictionary => "an object of texts in quotes",
                _ => "an object in braces",
            },
        };
    }

    static bool IsNumber(Type type) => !type.IsEnum && Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal;

    static string Show(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Object => "an object in braces",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"'{Shorten(node.GetValue<string>())}'",
        _ => Shorten(node.ToJsonString()),
    };

    static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "...";

    static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
