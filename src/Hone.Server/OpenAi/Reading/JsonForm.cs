using System.Text.Json;
using static Hone.Server.SentJson;

namespace Hone.Server.OpenAi.Reading;

/// <summary>
/// An object of a request while it is read. A key that is asked for is known; all others are refused at the end. A key that is null counts as
/// missing, as with OpenAI.
/// </summary>
/// <remarks>Each function tells a problem with the key's place and goes on as if the key were missing.</remarks>
sealed class JsonForm(JsonElement json, string path, ProblemList problems)
{
    const int MostListed = 12;

    readonly HashSet<string> _known = [];

    public ProblemList Problems => problems;

    public JsonElement Json => json;

    public string Path => path;

    /// <summary>The place of a key, such as "messages[0].role".</summary>
    public string At(string key) => path.Length == 0 ? key : $"{path}.{key}";

    public bool Has(string key) => Any(key) is not null;

    /// <summary>The value as it is written; null where it is missing or null.</summary>
    public JsonElement? Any(string key)
    {
        _known.Add(key);
        return json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public string? Text(string key, int most = int.MaxValue)
    {
        if (Any(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            WrongType(key, value, "a text");
            return null;
        }

        string text = value.GetString()!;
        if (text.Length > most)
        {
            Wrong(key, $"{At(key)} has {text.Length} characters, but may have {most} at most.");
            return null;
        }

        return text;
    }

    /// <param name="such">What it says, after "it needs to be", where it is missing.</param>
    public string RequiredText(string key, string such)
    {
        Require(key, such);
        return Text(key) ?? "";
    }

    public bool? Flag(string key)
    {
        if (Any(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        WrongType(key, value, "true or false");
        return null;
    }

    public long? Integer(string key, long least = long.MinValue, long most = long.MaxValue)
    {
        if (Any(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out long number))
        {
            WrongType(key, value, "a whole number");
            return null;
        }

        if (number >= least && number <= most)
        {
            return number;
        }

        Wrong(key, $"{At(key)} is {number}, but needs to be {Between(least == long.MinValue ? null : least, most == long.MaxValue ? null : most)}.");
        return null;
    }

    public int? Count(string key, int least, int most) => (int?)Integer(key, least, most);

    public double? Number(string key, double least = double.NegativeInfinity, double most = double.PositiveInfinity)
    {
        if (Any(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) || !double.IsFinite(number))
        {
            WrongType(key, value, "a number");
            return null;
        }

        if (number >= least && number <= most)
        {
            return number;
        }

        Wrong(key, $"{At(key)} is {value.GetRawText()}, but needs to be {Between(Finite(least), Finite(most))}.");
        return null;
    }

    /// <summary>One of some words.</summary>
    public string? Choice(string key, params ReadOnlySpan<string> words)
    {
        string? word = Text(key);
        if (word is null || words.Contains(word))
        {
            return word;
        }

        Wrong(key, $"{At(key)} is '{Shorten(word)}', but needs to be {Or(words)}.");
        return null;
    }

    /// <summary>The object below a key, whose unknown keys are refused after <paramref name="read"/>; default where there is none.</summary>
    public T? Object<T>(string key, Func<JsonForm, T?> read)
    {
        if (Any(key) is not { } value)
        {
            return default;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return Read(value, At(key), read);
        }

        WrongType(key, value, "an object");
        return default;
    }

    /// <summary>The objects of a list, each as <see cref="Object"/> reads it; empty where it is missing.</summary>
    public IReadOnlyList<T> List<T>(string key, int most, Func<JsonForm, T?> read)
    {
        var made = new List<T>();
        int index = 0;
        foreach (var item in Items(key, most))
        {
            string place = $"{At(key)}[{index++}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                problems.Add(place, "invalid_type", $"{place} is {Show(item)}, but needs to be an object.");
            }
            else if (Read(item, place, read) is { } one)
            {
                made.Add(one);
            }
        }

        return made;
    }

    /// <summary>The members of a list as they are written; empty where it is missing or no list.</summary>
    public IReadOnlyList<JsonElement> Items(string key, int most)
    {
        if (Any(key) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            WrongType(key, value, "a list");
            return [];
        }

        if (value.GetArrayLength() > most)
        {
            Wrong(key, $"{At(key)} has {value.GetArrayLength()} members, but may have {most} at most.");
            return [];
        }

        return [.. value.EnumerateArray()];
    }

    /// <summary>Up to 16 pairs of texts, names of 64 characters and values of 512 at most; null where it is missing.</summary>
    public IReadOnlyDictionary<string, string>? Metadata(string key)
    {
        if (Any(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            WrongType(key, value, "an object of texts");
            return null;
        }

        var pairs = new Dictionary<string, string>();
        foreach (var pair in value.EnumerateObject())
        {
            if (pair.Value.ValueKind != JsonValueKind.String || pair.Name.Length > 64 || pair.Value.GetString()!.Length > 512)
            {
                problems.Add(
                    $"{At(key)}.{pair.Name}", "invalid_value",
                    $"{At(key)}.{Shorten(pair.Name)} is {Show(pair.Value)}, but needs to be a name of 64 characters with a text of 512 at most.");
            }
            else
            {
                pairs[pair.Name] = pair.Value.GetString()!;
            }
        }

        if (pairs.Count > 16)
        {
            Wrong(key, $"{At(key)} has {pairs.Count} pairs, but may have 16 at most.");
        }

        return pairs;
    }

    /// <summary>Says that a key is missing.</summary>
    public void Require(string key, string such)
    {
        if (!Has(key))
        {
            problems.Add(At(key), "missing_required_parameter", $"{At(key)} is missing; it needs to be {such}.");
        }
    }

    /// <summary>Keys that change nothing here, and that whoever sends them does not need to.</summary>
    public void Ignore(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            _known.Add(key);
        }
    }

    /// <summary>A key of OpenAI's that nothing here can follow.</summary>
    /// <param name="why">Ends a sentence that begins with the key's place.</param>
    public void Refuse(string key, string why)
    {
        if (Has(key))
        {
            problems.Add(At(key), "unsupported_parameter", $"{At(key)} {why}.");
        }
    }

    public void Wrong(string key, string sentence) => problems.Add(At(key), "invalid_value", sentence);

    public void WrongType(string key, JsonElement value, string needed) =>
        problems.Add(At(key), "invalid_type", $"{At(key)} is {Show(value)}, but needs to be {needed}.");

    public void RefuseUnknown()
    {
        foreach (string key in json.EnumerateObject().Select(member => member.Name).Where(name => !_known.Contains(name)))
        {
            string known = _known.Count <= MostListed ? $"; the keys are {string.Join(", ", _known)}" : "";
            problems.Add(At(key), "unknown_parameter", $"{At(Shorten(key))} is not known here{known}.");
        }
    }

    T? Read<T>(JsonElement value, string place, Func<JsonForm, T?> read)
    {
        var form = new JsonForm(value, place, problems);
        var made = read(form);
        form.RefuseUnknown();
        return made;
    }

    static string Or(ReadOnlySpan<string> words) =>
        words.Length == 1 ? $"'{words[0]}'" : $"'{string.Join("', '", words[..^1].ToArray())}' or '{words[^1]}'";

    static double? Finite(double bound) => double.IsFinite(bound) ? bound : null;

    static string Between(double? least, double? most) => FormattableString.Invariant((least, most) switch
    {
        ({ } low, { } high) => $"from {low} to {high}",
        ({ } low, null) => $"{low} or more",
        _ => $"{most} at most",
    });
}
