using System.Text.Json;

namespace Hone.Text;

/// <summary>One JSON object of tokenizer.json, read field by field; <see cref="RefuseOthers"/> names what nobody read.</summary>
sealed class JsonFields
{
    readonly Dictionary<string, JsonElement> _unread = [];

    public JsonFields(JsonElement element, string path)
    {
        Path = path;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new TokenizerException($"{path} in tokenizer.json is {element.ValueKind}, but needs to be an object.");
        }

        foreach (var property in element.EnumerateObject())
        {
            _unread[property.Name] = property.Value;
        }
    }

    public string Path { get; }

    /// <summary>The field's value; null if it is absent or null.</summary>
    public JsonElement? Find(string name) =>
        _unread.Remove(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public JsonElement Require(string name) =>
        Find(name) ?? throw new TokenizerException($"{Path} in tokenizer.json has no '{name}', which it needs.");

    public string? FindText(string name) => Find(name) is { } value ? AsText(value, $"{Path}.{name}") : null;

    public string Text(string name) => AsText(Require(name), $"{Path}.{name}");

    public bool Flag(string name, bool absent = false) => Find(name) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Wrong(other, $"{Path}.{name}", "true or false"),
    };

    public int Whole(string name) => AsWhole(Require(name), $"{Path}.{name}");

    public IEnumerable<JsonElement> Items(string name) => AsItems(Require(name), $"{Path}.{name}");

    /// <summary>Ends the reading: a field that nobody asked for would otherwise be ignored silently.</summary>
    public void RefuseOthers()
    {
        if (_unread.Count > 0)
        {
            throw new TokenizerException(
                $"{Path} in tokenizer.json has the field '{_unread.Keys.Order(StringComparer.Ordinal).First()}', which is not supported.");
        }
    }

    public static string AsText(JsonElement value, string path) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw Wrong(value, path, "a string");

    public static int AsWhole(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int whole)
            ? whole
            : throw Wrong(value, path, "a whole number");

    public static IEnumerable<JsonElement> AsItems(JsonElement value, string path) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray()
        : throw Wrong(value, path, "a list");

    static TokenizerException Wrong(JsonElement value, string path, string expected)
    {
        string text = value.GetRawText();
        return new($"{path} in tokenizer.json is {(text.Length > 40 ? text[..40] + "…" : text)}, but needs to be {expected}.");
    }
}
