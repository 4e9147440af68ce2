using System.Globalization;

namespace Hone.Server.Bedrock.Reading;

/// <summary>The query of a request while it is read; what is not asked for is refused.</summary>
sealed class Query(HttpContext context)
{
    readonly List<string> _problems = [];
    readonly HashSet<string> _known = [];

    public string? Text(string key)
    {
        _known.Add(key);
        return context.Request.Query.TryGetValue(key, out var values) && values.Count > 0 && values[0] is { Length: > 0 } text ? text : null;
    }

    public DateTimeOffset? Time(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (text.Contains('-', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        _problems.Add($"{key} is '{text}', but needs to be a time such as 2026-01-02T03:04:05Z.");
        return null;
    }

    public string? Choice(string key, params string[] words)
    {
        if (Text(key) is not { } word || words.Contains(word))
        {
            return Text(key);
        }

        _problems.Add($"{key} is '{word}', but needs to be one of {string.Join(", ", words)}.");
        return null;
    }

    public bool? Flag(string key) => Choice(key, "true", "false") is { } word ? word == "true" : null;

    /// <summary>Size, order and place of a page. Every list has the same four parameters.</summary>
    public Paging Paging()
    {
        int limit = 100;
        if (Text("maxResults") is { } most
            && (!int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > 1000))
        {
            _problems.Add($"maxResults is '{most}', but needs to be a whole number from 1 to 1000.");
        }

        Choice("sortBy", "CreationTime");
        bool ascending = Choice("sortOrder", "Ascending", "Descending") == "Ascending";
        string? token = Text("nextToken");
        return new(limit, ascending, token, context.Request);
    }

    /// <exception cref="ApiProblem">With every problem of the query at once.</exception>
    public void Finish()
    {
        string known = _known.Count == 0 ? "nothing" : string.Join(", ", _known);
        var unknown = context.Request.Query.Keys.Where(name => !_known.Contains(name) && !name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase));
        foreach (string name in unknown)
        {
            _problems.Add($"The query has '{name}', which is not known here; it may have {known}.");
        }

        RequestBody.ThrowIfAny(_problems);
    }
}
