using System.Globalization;

namespace Hone.Server.OpenAi.Reading;

/// <summary>The query of a request while it is read; what is not asked for is refused.</summary>
sealed class QueryForm(IQueryCollection query)
{
    readonly ProblemList _problems = new();
    readonly HashSet<string> _known = [];

    /// <summary>Null where it is missing or empty.</summary>
    public string? Text(string key)
    {
        _known.Add(key);
        return query.TryGetValue(key, out var values) && values.Count > 0 && values[^1] is { Length: > 0 } text ? text : null;
    }

    public int Count(string key, int otherwise, int most)
    {
        if (Text(key) is not { } text)
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1 && count <= most)
        {
            return count;
        }

        _problems.Add(key, "invalid_value", $"{key} is '{text}', but needs to be a whole number from 1 to {most}.");
        return otherwise;
    }

    public string Choice(string key, string otherwise, params string[] words)
    {
        if (Text(key) is not { } word || words.Contains(word))
        {
            return Text(key) ?? otherwise;
        }

        _problems.Add(key, "invalid_value", $"{key} is '{word}', but needs to be {string.Join(" or ", words)}.");
        return otherwise;
    }

    /// <summary>Pairs that are written <c>key[name]=value</c>.</summary>
    public IReadOnlyDictionary<string, string> Pairs(string key)
    {
        _known.Add(key);
        var pairs = new Dictionary<string, string>();
        foreach (var (name, values) in query)
        {
            if (name.StartsWith(key + "[", StringComparison.Ordinal) && name.EndsWith(']'))
            {
                _known.Add(name);
                pairs[name[(key.Length + 1)..^1]] = values.ToString();
            }
        }

        return pairs;
    }

    /// <exception cref="ApiProblem">With every problem of the query at once.</exception>
    public void Finish()
    {
        foreach (string name in query.Keys.Where(name => !_known.Contains(name)))
        {
            _problems.Add(name, "unknown_parameter", $"The query has '{name}', which is not known here; it may have {string.Join(", ", _known)}.");
        }

        _problems.ThrowIfAny();
    }
}
