using System.Text.Json;
using System.Text.RegularExpressions;
using static Hone.Server.SentJson;

namespace Hone.Server.Bedrock.Reading;

/// <summary>
/// An object of a request while it is read. A member that is asked for is known; all others are refused at the end. One that is null counts as
/// missing. Each function tells a problem with the member's place and goes on as if it were missing, so that the user hears of all at once.
/// </summary>
sealed class Form(JsonElement json, string path, List<string> problems)
{
    readonly HashSet<string> _known = [];

    public JsonElement Json => json;

    public string At(string key) => path.Length == 0 ? key : $"{path}.{key}";

    public bool Has(string key) => Any(key) is not null;

    public JsonElement? Any(string key)
    {
        _known.Add(key);
        return json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <param name="form">Null: any text. Else what the whole text has to match.</param>
    public string? Text(string key, int least = 0, int most = int.MaxValue, Regex? form = null)
    {
        if (Any(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return Wrong<string>(key, value, "text in quotes");
        }

        string text = value.GetString()!;
        if (text.Length < least || text.Length > most)
        {
            problems.Add($"{At(key)} has {text.Length} characters, but needs {least} to {most}.");
            return null;
        }

        if (form?.IsMatch(text) == false)
        {
            problems.Add($"{At(key)} is '{Shorten(text)}', but needs to satisfy the pattern {form}.");
            return null;
        }

        return text;
    }

    public string RequiredText(string key, int least = 1, int most = int.MaxValue, Regex? form = null)
    {
        Require(key, "text in quotes");
        return Text(key, least, most, form) ?? "";
    }

    public bool? Flag(string key) =>
        Any(key) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : Wrong<bool?>(key, value, "true or false");

    public long? Whole(string key, long least, long most)
    {
        if (Any(key) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= least && number <= most
            ? number
            : Wrong<long?>(key, value, $"a whole number from {least} to {most}");
    }

    public double? Number(string key, double least, double most)
    {
        if (Any(key) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= least && number <= most
            ? number
            : Wrong<double?>(key, value, FormattableString.Invariant($"a number from {least} to {most}"));
    }

    public string? Choice(string key, params ReadOnlySpan<string> words)
    {
        if (Text(key) is not { } word || words.Contains(word))
        {
            return Has(key) ? Text(key) : null;
        }

        problems.Add($"{At(key)} is '{Shorten(word)}', but needs to be one of {string.Join(", ", words.ToArray())}.");
        return null;
    }

    /// <summary>What <paramref name="read"/> makes of the object below a key; default where it is missing or no object.</summary>
    public T? Object<T>(string key, Func<Form, T?> read)
    {
        if (Any(key) is not { } value)
        {
            return default;
        }

        return value.ValueKind == JsonValueKind.Object ? Read(value, At(key), problems, read) : Wrong<T>(key, value, "an object");
    }

    public IReadOnlyList<T> List<T>(string key, int least, int most, Func<Form, T?> read)
    {
        List<T> made = [];
        foreach (var (item, place) in Items(key, least, most))
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                problems.Add($"{place} is {Show(item)}, but needs to be an object.");
            }
            else if (Read(item, place, problems, read) is { } one)
            {
                made.Add(one);
            }
        }

        return made;
    }

    public IReadOnlyList<string> Texts(string key, int least, int most, int longest = int.MaxValue)
    {
        List<string> made = [];
        foreach (var (item, place) in Items(key, least, most))
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text && text.Length <= longest)
            {
                made.Add(text);
            }
            else
            {
                string bound = longest < int.MaxValue ? $", of {longest} characters at most" : "";
                problems.Add($"{place} is {Show(item)}, but needs to be text in quotes that is not empty{bound}.");
            }
        }

        return made;
    }

    /// <summary>An object whose values are texts; null where it is missing.</summary>
    public IReadOnlyDictionary<string, string>? Pairs(string key, int most, int longest)
    {
        if (Any(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() > most)
        {
            return Wrong<IReadOnlyDictionary<string, string>>(key, value, $"an object of {most} texts at most");
        }

        var pairs = new Dictionary<string, string>();
        foreach (var pair in value.EnumerateObject())
        {
            string? text = pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString() : null;
            if (text is not null && pair.Name.Length > 0 && pair.Name.Length <= longest && text.Length <= longest)
            {
                pairs[pair.Name] = text;
            }
            else
            {
                problems.Add(
                    $"{At(key)}.{Shorten(pair.Name)} is {Show(pair.Value)}, but needs to be text in quotes; name and text may have {longest} characters.");
            }
        }

        return pairs;
    }

    /// <summary>The members of a list with their places; empty where it is missing or no list.</summary>
    public IReadOnlyList<(JsonElement Item, string Place)> Items(string key, int least, int most)
    {
        if (Any(key) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Wrong<object>(key, value, "a list");
            return [];
        }

        int count = value.GetArrayLength();
        if (count < least || count > most)
        {
            problems.Add($"{At(key)} has {count} members, but needs {least} to {most}.");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, i) => (item, $"{At(key)}[{i}]"))];
    }

    public void Require(string key, string such)
    {
        if (!Has(key))
        {
            problems.Add($"{At(key)} is missing; it needs to be {such}.");
        }
    }

    /// <summary>Exactly one member of a union. The problem names them all.</summary>
    public void RequireOneOf(params ReadOnlySpan<string> keys)
    {
        int given = 0;
        foreach (string key in keys)
        {
            given += Has(key) ? 1 : 0;
        }

        if (given != 1)
        {
            problems.Add($"{(path.Length == 0 ? "The request" : path)} has {given} of {string.Join(", ", keys.ToArray())}, but needs exactly one.");
        }
    }

    /// <summary>A member of Bedrock's that cannot be followed here.</summary>
    /// <param name="why">Ends a sentence that begins with the member's place.</param>
    public void Refuse(string key, string why)
    {
        if (Has(key))
        {
            problems.Add($"{At(key)} {why}.");
        }
    }

    /// <summary>Members that are taken and change nothing here.</summary>
    public void Ignore(params ReadOnlySpan<string> keys) => _known.UnionWith(keys.ToArray());

    public void Problem(string sentence) => problems.Add(sentence);

    public static T? Read<T>(JsonElement json, string place, List<string> problems, Func<Form, T?> read)
    {
        var form = new Form(json, place, problems);
        var made = read(form);
        foreach (string key in json.EnumerateObject().Select(member => member.Name).Where(name => !form._known.Contains(name)))
        {
            string where = place.Length == 0 ? "the request" : place;
            problems.Add($"{form.At(Shorten(key))} is not known here; {where} can have {string.Join(", ", form._known)}.");
        }

        return made;
    }

    T? Wrong<T>(string key, JsonElement value, string needed)
    {
        problems.Add($"{At(key)} is {Show(value)}, but needs to be {needed}.");
        return default;
    }
}
