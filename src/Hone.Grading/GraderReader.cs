using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Hone.Grading;

/// <summary>Reads a grader from its JSON form and collects what is wrong with it on the way.</summary>
sealed class GraderReader
{
    const int Deepest = 16;
    const string Kinds = "finalNumber, format, contains or weighted";

    readonly List<string> _problems = [];
    int _depth;

    /// <returns>False where there are problems.</returns>
    public static bool TryRead(
        JsonElement json, string path, [NotNullWhen(true)] out IGrader? grader, out IReadOnlyList<string> problems)
    {
        var reader = new GraderReader();
        problems = reader._problems;
        try
        {
            grader = reader.Read(json, path);
        }
        catch (InvalidOperationException)
        {
            // What is JSON and no text: "\ud800" alone. System.Text.Json tells it when the text is asked for.
            grader = null;
            reader.Problem($"{path} holds a text with half of a surrogate pair (such as \\ud800 alone), which is no character.");
        }

        return grader is not null;
    }

    // Null where there are problems.
    IGrader? Read(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return Problem($"{path} is {Show(json)}, but needs to be an object such as {{\"kind\":\"finalNumber\"}}.");
        }

        if (++_depth > Deepest)
        {
            return Problem($"{path} is nested deeper than {Deepest} graders; write the parts into one weighted grader.");
        }

        int before = _problems.Count;
        var grader = Text(json, path, "kind", required: true) switch
        {
            "finalNumber" => ReadFinalNumber(json, path),
            "format" => ReadFormat(json, path),
            "contains" => ReadContains(json, path),
            "weighted" => ReadWeighted(json, path),
            null => null,
            var kind => Problem($"{path}.kind is \"{kind}\", but needs to be {Kinds}."),
        };
        _depth--;
        return _problems.Count == before ? grader : null;
    }

    FinalNumberGrader? ReadFinalNumber(JsonElement json, string path)
    {
        RefuseUnknown(json, path, "kind", "mode");
        string mode = Text(json, path, "mode") ?? "strict";
        if (mode is not ("strict" or "flexible"))
        {
            Problem($"{path}.mode is \"{mode}\", but needs to be strict (the number after ####) or flexible (the last number).");
        }

        return new(mode == "flexible" ? AnswerPlace.Flexible : AnswerPlace.Strict);
    }

    FormatGrader? ReadFormat(JsonElement json, string path)
    {
        RefuseUnknown(json, path, "kind", "pattern", "ended");
        string? pattern = Text(json, path, "pattern");
        try
        {
            return new(pattern, Flag(json, path, "ended"));
        }
        catch (ArgumentException e)
        {
            Problem($"{path}.pattern is \"{pattern}\", which is not a regular expression: {e.Message.TrimEnd('.')}.");
            return null;
        }
    }

    ContainsGrader ReadContains(JsonElement json, string path)
    {
        RefuseUnknown(json, path, "kind", "text");
        string? text = Text(json, path, "text");
        if (text is not null && string.IsNullOrWhiteSpace(text))
        {
            Problem($"{path}.text is blank, but needs to be a word or phrase; leave it out to look for the reference answer.");
        }

        return new(text);
    }

    WeightedGrader? ReadWeighted(JsonElement json, string path)
    {
        RefuseUnknown(json, path, "kind", "parts");
        if (!json.TryGetProperty("parts", out var parts) || parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() == 0)
        {
            Problem($"{path}.parts is {(parts.ValueKind == default ? "missing" : Show(parts))}, but needs to be a list with "
                + "one {\"weight\":1,\"grader\":{…}} or more.");
            return null;
        }

        var names = new HashSet<string>();
        WeightedPart?[] read =
            [.. parts.EnumerateArray().Select((part, i) => ReadPart(part, $"{path}.parts[{i}]", names))];
        return _problems.Count == 0 ? new([.. read.Select(part => part!)]) : null;
    }

    WeightedPart? ReadPart(JsonElement json, string path, HashSet<string> names)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Problem($"{path} is {Show(json)}, but needs to be an object such as {{\"weight\":1,\"grader\":{{…}}}}.");
            return null;
        }

        RefuseUnknown(json, path, "name", "weight", "grader");
        double weight = Weight(json, path);
        string? given = Text(json, path, "name");
        if (given is not null && !names.Add(given))
        {
            Problem($"{path}.name is \"{given}\", which a part before it has; give each part a name of its own.");
        }

        if (!json.TryGetProperty("grader", out var grader))
        {
            Problem($"{path}.grader is missing; it says what the weight applies to.");
            return null;
        }

        return Read(grader, $"{path}.grader") is { } built
            ? new(given ?? Unused(grader.GetProperty("kind").GetString()!, names), weight, built)
            : null;
    }

    double Weight(JsonElement json, string path)
    {
        if (!json.TryGetProperty("weight", out var weight))
        {
            Problem($"{path}.weight is missing; it needs to be a number such as 1.");
            return 0;
        }

        if (weight.ValueKind != JsonValueKind.Number || !weight.TryGetDouble(out double value) || !double.IsFinite(value) || value == 0)
        {
            Problem($"{path}.weight is {Show(weight)}, but needs to be a number other than 0.");
            return 0;
        }

        return value;
    }

    static string Unused(string kind, HashSet<string> names)
    {
        string name = kind;
        for (int n = 2; !names.Add(name); n++)
        {
            name = $"{kind}{n}";
        }

        return name;
    }

    string? Text(JsonElement json, string path, string key, bool required = false)
    {
        if (!json.TryGetProperty(key, out var value))
        {
            if (required)
            {
                Problem($"{path}.{key} is missing; it needs to be {Kinds}.");
            }

            return null;
        }

        if (value.ValueKind != JsonValueKind.String || value.GetString() is "")
        {
            Problem($"{path}.{key} is {Show(value)}, but needs to be a text.");
            return null;
        }

        return value.GetString();
    }

    bool Flag(JsonElement json, string path, string key)
    {
        if (json.TryGetProperty(key, out var value) && value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Problem($"{path}.{key} is {Show(value)}, but needs to be true or false.");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    void RefuseUnknown(JsonElement json, string path, params string[] known)
    {
        foreach (string key in json.EnumerateObject().Select(property => property.Name).Distinct())
        {
            if (!known.Contains(key))
            {
                Problem($"{path}.{key} is not known; the keys here are {string.Join(", ", known)}.");
            }
        }
    }

    IGrader? Problem(string sentence)
    {
        _problems.Add(sentence);
        return null;
    }

    static string Show(JsonElement json) =>
        json.GetRawText() is { Length: <= 60 } text ? text : $"{json.GetRawText()[..60]}…";
}
