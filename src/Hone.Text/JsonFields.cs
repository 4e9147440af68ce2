using System.Text.Json;

namespace Hone.Text;

/// <summary>One JSON object of a tokenizer's file, read field by field; <see cref="RefuseOthers"/> names what nobody read.</summary>
sealed class JsonFields
{
    // Of a sequence, and of sequences in one another; published files have ten and one.
    const int MostParts = 256, MostLevels = 2;

    readonly Dictionary<string, JsonElement> _unread = [];

    public JsonFields(JsonElement element, string path)
    {
        Path = path;
        foreach (var (name, value) in AsMembers(element, path))
        {
            _unread[name] = value;
        }
    }

    public string Path { get; }

    /// <summary>The field's value; null if it is absent or null.</summary>
    public JsonElement? Find(string name) =>
        _unread.Remove(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public JsonElement Require(string name) =>
        Find(name) ?? throw new TokenizerException($"{Path} has no '{name}', which it needs.");

    public string? FindText(string name) => Find(name) is { } value ? AsText(value, $"{Path}.{name}") : null;

    public string Text(string name) => AsText(Require(name), $"{Path}.{name}");

    public bool? FindFlag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Wrong(other, $"{Path}.{name}", "true or false"),
    };

    public bool Flag(string name, bool absent = false) => FindFlag(name) ?? absent;

    public int Whole(string name) => AsWhole(Require(name), $"{Path}.{name}");

    public IEnumerable<JsonElement> Items(string name) => AsItems(Require(name), $"{Path}.{name}");

    /// <summary>Each item of a list, read; the problems of all items come together.</summary>
    public T[] Each<T>(string name, Func<JsonElement, string, T> read)
    {
        var problems = new ProblemList();
        T[] all = [.. Items(name).Select((item, i) => problems.Try(() => read(item, $"{Path}.{name}[{i}]"))!)];
        problems.Throw();
        return all;
    }

    /// <summary>The parts of a sequence, each of which takes far more memory than its text.</summary>
    public T[] Parts<T>(string name, Func<JsonElement, string, T> read)
    {
        var list = Require(name);
        _unread[name] = list;
        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > MostParts)
        {
            throw new TokenizerException($"{Path}.{name} has {list.GetArrayLength()} parts, but {MostParts} are the most that a sequence may have.");
        }

        return Path.AsSpan().Count('[') < MostLevels
            ? Each(name, read)
            : throw new TokenizerException($"{Path} is a sequence in a sequence in a sequence, which is not supported.");
    }

    /// <summary>Fields that change nothing here.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            Find(name);
        }
    }

    /// <summary>Ends the reading: a field that nobody asked for would otherwise be ignored silently.</summary>
    public void RefuseOthers()
    {
        if (_unread.Count > 0)
        {
            throw new TokenizerException(
                [.. _unread.Keys.Order(StringComparer.Ordinal).Select(name => $"{Path} has the field '{name}', which is not supported.")]);
        }
    }

    public static string AsText(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw Wrong(value, path, "a string");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new TokenizerException($"{path} is no Unicode text: it has bytes that are no UTF-8, or half a surrogate pair.");
        }
    }

    public static int AsWhole(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int whole)
            ? whole
            : throw Wrong(value, path, "a whole number");

    public static double AsNumber(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw Wrong(value, path, "a number");

    public static IEnumerable<JsonElement> AsItems(JsonElement value, string path) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray()
        : throw Wrong(value, path, "a list");

    public static IEnumerable<(string Name, JsonElement Value)> AsMembers(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(value, path, "an object");
        }

        foreach (var property in value.EnumerateObject())
        {
            yield return (NameOf(property, path), property.Value);
        }
    }

    static string NameOf(JsonProperty property, string path)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw new TokenizerException($"A name in {path} is no Unicode text: it has bytes that are no UTF-8, or half a surrogate pair.");
        }
    }

    static TokenizerException Wrong(JsonElement value, string path, string expected)
    {
        string text = value.GetRawText();
        return new($"{path} is {(text.Length > 40 ? text[..40] + "…" : text)}, but needs to be {expected}.");
    }
}
