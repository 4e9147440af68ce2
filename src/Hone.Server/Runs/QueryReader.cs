using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Hone.Server.Runs;

/// <summary>Reads the parameters behind the question mark. What nothing reads is refused, so that a misspelt filter is not taken for none.</summary>
sealed class QueryReader(IQueryCollection query)
{
    readonly HashSet<string> _known = [];

    public string? Text(string name)
    {
        _known.Add(name);
        return !query.TryGetValue(name, out var given) || given.ToString().Length == 0 ? null
            : given.Count == 1 ? given[0]
            : throw ApiProblem.Invalid($"{name} is given {given.Count} times; give it once.", name);
    }

    public IReadOnlyList<string> Texts(string name)
    {
        _known.Add(name);
        return [.. (query.TryGetValue(name, out var given) ? given : StringValues.Empty).OfType<string>()];
    }

    public int? Whole(string name, int least, int most) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most ? value
        : throw ApiProblem.Invalid($"{name} is '{text}', but needs to be a whole number from {least:N0} to {most:N0}.", name);

    public double? Number(string name) => Text(name) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value
        : throw ApiProblem.Invalid($"{name} is '{text}', but needs to be a number.", name);

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var text => throw ApiProblem.Invalid($"{name} is '{text}', but needs to be true or false.", name),
    };

    /// <summary>A word of an enum, in camelCase.</summary>
    public T? Word<T>(string name) where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        string[] words = [.. Enum.GetNames<T>().Select(word => char.ToLowerInvariant(word[0]) + word[1..])];
        int at = Array.IndexOf(words, text);
        return at >= 0
            ? Enum.GetValues<T>()[at]
            : throw ApiProblem.Invalid($"{name} is '{text}', but needs to be one of {string.Join(", ", words)}.", name);
    }

    /// <summary>Call it when everything was read.</summary>
    public void RequireNoOther()
    {
        if (query.Keys.FirstOrDefault(key => !_known.Contains(key)) is { } other)
        {
            string can = _known.Count == 0 ? "this route takes none" : $"there are {string.Join(", ", _known.Order(StringComparer.Ordinal))}";
            throw ApiProblem.Invalid($"There is no parameter '{other}'; {can}.", other);
        }
    }
}
