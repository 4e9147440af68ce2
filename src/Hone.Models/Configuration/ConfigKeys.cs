using System.Globalization;
using System.Text.Json;

namespace Hone.Models.Configuration;

/// <summary>
/// The keys of one JSON object, read with their problems collected. A key that nobody read and nobody called harmless is a problem
/// itself: it may change the numbers. A key whose value is null counts as absent.
/// </summary>
sealed class ConfigKeys(JsonElement json, List<string> problems, string prefix = "")
{
    readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public List<string> Problems => problems;

    /// <summary>The keys of an object that stands under <paramref name="name"/>.</summary>
    public ConfigKeys Inside(JsonElement inner, string name) => new(inner, problems, $"{prefix}{name}.");

    public void Problem(string sentence) => problems.Add(prefix + sentence);

    /// <summary>The value of a key; null when it is absent or null.</summary>
    public JsonElement? Find(string key)
    {
        _known.Add(key);
        return json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>True if the key stands there, even with null.</summary>
    public bool Has(string key) => json.TryGetProperty(key, out _);

    public void RequireStated(string key)
    {
        if (Find(key) is null)
        {
            Missing(key);
        }
    }

    /// <summary>A whole number of 1 or more; a problem when it is absent and <paramref name="absent"/> gives nothing.</summary>
    public int Size(string key, int? absent = null)
    {
        if (Find(key) is not { } value)
        {
            return absent ?? Missing(key);
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int size) && size >= 1)
        {
            return size;
        }

        Problem($"{key} is {Shown(value)}, expected a whole number of 1 or more.");
        return 1;
    }

    /// <summary>A whole number of 0 or more.</summary>
    public int Count(string key, int absent)
    {
        if (Find(key) is not { } value)
        {
            return absent;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count >= 0)
        {
            return count;
        }

        Problem($"{key} is {Shown(value)}, expected a whole number of 0 or more.");
        return absent;
    }

    /// <summary>A number above 0 that F32 can hold: models compute with F32.</summary>
    public double Positive(string key, double? absent = null)
    {
        if (Find(key) is not { } value)
        {
            return absent ?? Missing(key);
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && (float)number > 0 && float.IsFinite((float)number))
        {
            return number;
        }

        Problem($"{key} is {Shown(value)}, expected a number above 0.");
        return 1;
    }

    /// <summary>A number above 0, or null where the key is absent.</summary>
    public double? PositiveOrNull(string key) => Find(key) is null ? null : Positive(key);

    /// <summary>A whole number of 1 or more, or null where the key is absent.</summary>
    public int? SizeOrNull(string key) => Find(key) is null ? null : Size(key);

    public bool Flag(string key, bool absent)
    {
        if (Find(key) is not { } value)
        {
            return absent;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Problem($"{key} is {Shown(value)}, expected true or false.");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    public string? Text(string key)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Problem($"{key} is {Shown(value)}, expected text.");
        return null;
    }

    /// <summary>A list of texts; null when the key is absent.</summary>
    public string[]? Texts(string key)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
        {
            return [.. value.EnumerateArray().Select(item => item.GetString()!)];
        }

        Problem($"{key} is {Shown(value)}, expected a list of texts.");
        return null;
    }

    /// <summary>A list of numbers; null when the key is absent or holds anything else.</summary>
    /// <param name="holds">What every number must be.</param>
    public double[]? Numbers(string key, Func<double, bool> holds, string expected)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        bool Holds(JsonElement item) => item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out double number) && holds(number);
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(Holds))
        {
            return [.. value.EnumerateArray().Select(item => item.GetDouble())];
        }

        Problem($"{key} is {Shown(value)}, expected a list of {expected}.");
        return null;
    }

    /// <summary>Keys of this family that change no number.</summary>
    public void Ignore(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            _known.Add(key);
        }
    }

    /// <summary>One token id or a list of them, each below <paramref name="vocabularySize"/>.</summary>
    public int[] TokenIds(string key, int vocabularySize)
    {
        if (Find(key) is not { } value)
        {
            return [];
        }

        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        var ids = new List<int>();
        foreach (var item in items)
        {
            if (item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int id) && id >= 0 && id < vocabularySize)
            {
                ids.Add(id);
            }
            else
            {
                Problem($"{key} has {Shown(item)}, expected a token id from 0 to {vocabularySize - 1}.");
            }
        }

        return [.. ids];
    }

    /// <summary>Refuses every value but <paramref name="only"/>, which is also what an absent key means.</summary>
    public void Only(string key, string only)
    {
        if (Find(key) is { } value && Shown(value) != only)
        {
            Problem($"{key} is {Shown(value)}; Hone runs {only} only.");
        }
    }

    /// <summary>Ends the reading: every key that was neither read nor is in <paramref name="harmless"/> is refused by name.</summary>
    public void RefuseOthers(IReadOnlySet<string> harmless)
    {
        foreach (var property in json.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null && !_known.Contains(property.Name) && !harmless.Contains(property.Name))
            {
                Problem($"{property.Name} is {Shown(property.Value)}, a key that Hone does not know and that may change the model's numbers.");
            }
        }
    }

    // Numbers in one spelling: 1 and 1.0 are the same value.
    public static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number when value.TryGetDouble(out double number) => number.ToString(CultureInfo.InvariantCulture),
        _ when value.GetRawText() is { Length: > 80 } longText => longText[..80] + "...",
        _ => value.GetRawText(),
    };

    int Missing(string key)
    {
        Problem($"{key} is missing.");
        return 1;
    }
}
