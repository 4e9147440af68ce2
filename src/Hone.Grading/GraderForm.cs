using System.Text.Json;

namespace Hone.Grading;

/// <summary>One grader's settings while they are read. A key that is asked for is known; all others are refused at the end.</summary>
/// <remarks>Each function tells a problem in a sentence with the key's place and goes on with a harmless value, so that all problems are told
/// at once.</remarks>
sealed class GraderForm(GraderReader reader, JsonElement json, string path)
{
    readonly List<string> _known = [];

    public GraderContext Context => reader.Context;

    /// <summary>Where the settings stand, such as <c>grader.parts[0].grader</c>.</summary>
    public string Path => path;

    /// <summary>How the kind that the settings name is read; null where there is none. Kinds of other formats are named by <c>type</c>.</summary>
    public Func<GraderForm, IGrader?>? Kind()
    {
        string key = !json.TryGetProperty("kind", out _) && json.TryGetProperty("type", out _) ? "type" : "kind";
        if (!json.TryGetProperty(key, out _) && GraderKinds.Wrapped.FirstOrDefault(wrapped => json.TryGetProperty(wrapped.Key, out _)).Value is { } inner)
        {
            return inner;
        }

        if (!Has(key))
        {
            Problem($"{path}.kind is missing; it needs to be {Kinds()}.");
            return null;
        }

        if (Text(key) is not { } kind)
        {
            return null;
        }

        if (GraderKinds.All.TryGetValue(kind, out var read))
        {
            return read;
        }

        Problem($"{path}.{key} is \"{kind}\", but needs to be {Kinds()}.");
        return null;
    }

    /// <summary>Whether the key is there and not null.</summary>
    public bool Has(string key) => Any(key) is not null;

    /// <summary>The value as it is written; null where it is missing or null.</summary>
    public JsonElement? Any(string key)
    {
        if (!_known.Contains(key))
        {
            _known.Add(key);
        }

        return json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>Null where the key is missing.</summary>
    public string? Text(string key) => Any(key) is { } value ? Text(key, value) : null;

    /// <param name="such">What it says, after "it needs to be", where it is missing.</param>
    public string RequiredText(string key, string such)
    {
        if (!Has(key))
        {
            Problem($"{path}.{key} is missing; it needs to be {such}.");
        }

        return Text(key) ?? "";
    }

    /// <summary>One of some words.</summary>
    /// <param name="choices">Word and explanation, "" for none.</param>
    public string Choice(string key, string otherwise, params (string Word, string Meaning)[] choices)
    {
        string word = Text(key) ?? otherwise;
        if (!choices.Any(choice => choice.Word == word))
        {
            var words = choices.Select(choice => choice.Meaning.Length == 0 ? choice.Word : $"{choice.Word} ({choice.Meaning})");
            Problem($"{path}.{key} is \"{word}\", but needs to be {Or(words)}.");
            return otherwise;
        }

        return word;
    }

    public bool Flag(string key, bool otherwise = false)
    {
        switch (Any(key)?.ValueKind)
        {
            case null:
                return otherwise;
            case JsonValueKind.True or JsonValueKind.False:
                return Any(key)!.Value.GetBoolean();
            default:
                Problem($"{path}.{key} is {Show(key)}, but needs to be true or false.");
                return otherwise;
        }
    }

    /// <summary>A finite number within bounds; null where the key is missing.</summary>
    public double? Number(string key, double least = double.NegativeInfinity, double most = double.PositiveInfinity)
    {
        if (Any(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) && number >= least && number <= most)
        {
            return number;
        }

        Problem($"{path}.{key} is {Show(key)}, but needs to be a number{Bounds(least, most)}.");
        return null;
    }

    /// <summary>A whole number within bounds; null where the key is missing.</summary>
    public int? Integer(string key, int least = int.MinValue, int most = int.MaxValue)
    {
        if (Any(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most)
        {
            return number;
        }

        Problem($"{path}.{key} is {Show(key)}, but needs to be a whole number"
            + Bounds(least == int.MinValue ? double.NegativeInfinity : least, most == int.MaxValue ? double.PositiveInfinity : most) + ".");
        return null;
    }

    /// <summary>A list of texts, or one text as a list of one; null where the key is missing.</summary>
    public IReadOnlyList<string>? Texts(string key)
    {
        if (Any(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return Text(key, value) is { } one ? [one] : null;
        }

        if (value.GetArrayLength() == 0 || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
        {
            Problem($"{path}.{key} is {Show(key)}, but needs to be a list of texts.");
            return null;
        }

        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    /// <summary>An absolute path; relative ones start from the job's folder. Null where the key is missing or nothing is there.</summary>
    public string? File(string key, string such, bool isFolder = false)
    {
        if (Text(key) is not { } given)
        {
            return null;
        }

        string full = System.IO.Path.GetFullPath(given, Context.Folder);
        reader.Files.Add(($"{path}.{key}", full));
        if (!Context.FilesMustExist || (isFolder ? Directory.Exists(full) : System.IO.File.Exists(full)))
        {
            return full;
        }

        Problem($"{path}.{key} is \"{given}\", but there is no such {(isFolder ? "folder" : "file")} ({full}); it needs to be {such}.");
        return null;
    }

    /// <summary>An absolute path of what may not be there yet; relative ones start from the job's folder. Null where the key is missing.</summary>
    public string? Place(string key)
    {
        if (Text(key) is not { } given)
        {
            return null;
        }

        string full = System.IO.Path.GetFullPath(given, Context.Folder);
        reader.Files.Add(($"{path}.{key}", full));
        return full;
    }

    /// <summary>The object below a key, a form of its own; null where it is missing or has problems.</summary>
    /// <param name="such">An example of it.</param>
    public T? Object<T>(string key, string such, Func<GraderForm, T?> read)
        where T : class =>
        Any(key) is { } value ? One($"{path}.{key}", value, such, read) : null;

    /// <summary>A program and its arguments, or one word. Words that name a file below the job's folder become absolute paths; the first only
    /// where it is written as a path.</summary>
    public IReadOnlyList<string>? Command(string key) =>
        Texts(key) is { } words
        ? [.. words.Select((word, i) => Absolute(word, Any(key)!.Value.ValueKind == JsonValueKind.Array ? $"{path}.{key}[{i}]" : $"{path}.{key}", i == 0))]
        : null;

    /// <summary>The grader below a key; null where it is missing or has problems.</summary>
    public IGrader? Grader(string key, string purpose)
    {
        if (Any(key) is { } value)
        {
            return reader.Read(value, $"{path}.{key}");
        }

        return Problem($"{path}.{key} is missing; it {purpose}.");
    }

    /// <summary>The objects of a list, each a form of its own whose unknown keys are refused after <paramref name="read"/>.</summary>
    /// <param name="such">An example of one object.</param>
    /// <returns>Null where the list is missing or empty, or where an object has problems.</returns>
    public IReadOnlyList<T>? List<T>(string key, string such, Func<GraderForm, T?> read)
        where T : class
    {
        if (Any(key) is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0)
        {
            Problem($"{path}.{key} is {(Has(key) ? Show(key) : "missing")}, but needs to be a list with one {such} or more.");
            return null;
        }

        T?[] made = [.. list.EnumerateArray().Select((item, i) => One($"{path}.{key}[{i}]", item, such, read))];
        T[] whole = [.. made.OfType<T>()];
        return whole.Length == made.Length ? whole : null;
    }

    /// <summary>The graders of a list, each with the name of its kind.</summary>
    /// <returns>Null where the list is missing or empty, or where a grader has problems.</returns>
    public IReadOnlyList<(string Kind, IGrader Grader)>? Graders(string key)
    {
        if (Any(key) is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0)
        {
            Problem($"{path}.{key} is {(Has(key) ? Show(key) : "missing")}, but needs to be a list with one {{\"kind\":…}} or more.");
            return null;
        }

        var made = list.EnumerateArray().Select((item, i) => (Kind: KindOf(item) ?? key, Grader: reader.Read(item, $"{path}.{key}[{i}]"))).ToArray();
        return made.All(one => one.Grader is not null) ? [.. made.Select(one => (one.Kind, one.Grader!))] : null;
    }

    /// <summary>The members of an object below a key, in order, each with a form of its own where it is an object. The caller refuses what is
    /// unknown in a form that it reads.</summary>
    public IEnumerable<(string Name, JsonElement Value, GraderForm? Form)> Members(string key) =>
        Any(key) is not { ValueKind: JsonValueKind.Object } members ? []
        : members.EnumerateObject().Select(member => (
            member.Name, member.Value, member.Value.ValueKind == JsonValueKind.Object ? new GraderForm(reader, member.Value, $"{path}.{key}.{member.Name}") : null));

    /// <summary>A grader that stands elsewhere than below a key of its own.</summary>
    public IGrader? GraderAt(JsonElement value, string place) => reader.Read(value, place);

    /// <summary>The kind or type that a nested grader names, for a name of its own; null where it names none.</summary>
    public string? KindOf(string key) => Any(key) is { } value ? KindOf(value) : null;

    static string? KindOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && (value.TryGetProperty("kind", out var kind) || value.TryGetProperty("type", out kind))
            && kind.ValueKind == JsonValueKind.String
            ? kind.GetString()
            : null;

    /// <summary>Tells a problem. The sentence begins with the place.</summary>
    public IGrader? Problem(string sentence) => reader.Problem(sentence);

    /// <summary>The value as written, shortened.</summary>
    public string Show(string key) => Any(key) is { } value ? GraderReader.Show(value) : "null";

    public void RefuseUnknown()
    {
        foreach (string key in json.EnumerateObject().Select(property => property.Name).Distinct())
        {
            if (!_known.Contains(key))
            {
                Problem($"{path}.{key} is not known; the keys here are {string.Join(", ", _known)}.");
            }
        }
    }

    T? One<T>(string place, JsonElement item, string such, Func<GraderForm, T?> read)
        where T : class
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            Problem($"{place} is {GraderReader.Show(item)}, but needs to be an object such as {such}.");
            return null;
        }

        var form = new GraderForm(reader, item, place);
        var made = read(form);
        form.RefuseUnknown();
        return made;
    }

    string Absolute(string word, string place, bool isProgram)
    {
        string full = System.IO.Path.GetFullPath(word, Context.Folder);
        if (!System.IO.File.Exists(full) || isProgram && !word.Contains('/') && !word.Contains(System.IO.Path.DirectorySeparatorChar))
        {
            return word;
        }

        reader.Files.Add((place, full));
        return full;
    }

    string? Text(string key, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
        {
            return text;
        }

        Problem($"{path}.{key} is {GraderReader.Show(value)}, but needs to be a text.");
        return null;
    }

    static string Kinds() => Or(GraderKinds.All.Keys);

    static string Or(IEnumerable<string> words)
    {
        string[] all = [.. words];
        return all.Length == 1 ? all[0] : $"{string.Join(", ", all[..^1])} or {all[^1]}";
    }

    static string Bounds(double least, double most) => (double.IsFinite(least), double.IsFinite(most)) switch
    {
        (true, true) => $" from {least} to {most}",
        (true, false) => $" of {least} or more",
        (false, true) => $" of {most} at most",
        _ => "",
    };
}
