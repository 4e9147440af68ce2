using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Hone.Server.Bedrock.Reading;

/// <summary>A page of a list. A token names the last item before it and belongs to the query that it was given to.</summary>
sealed class Paging(int limit, bool ascending, string? token, HttpRequest request)
{
    public int Limit => limit;

    public bool Ascending => ascending;

    /// <summary>Key of the item that the page begins behind; null: the first page.</summary>
    public string? After { get; } = token is null ? null : Open(token, Fingerprint(request));

    public string Token(string lastKey) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Fingerprint(request)}/{lastKey}"));

    /// <summary>The page of a list that is at hand as a whole, oldest first or newest first as the query says.</summary>
    /// <param name="items">The newest first.</param>
    /// <returns>The page, and the token of the one behind it.</returns>
    public (IReadOnlyList<T> Items, string? Next) Cut<T>(IEnumerable<T> items, Func<T, string> key)
    {
        List<T> all = [.. ascending ? items.Reverse() : items];
        int start = 0;
        if (After is { } after)
        {
            start = all.FindIndex(item => key(item) == after) + 1;
            start = start == 0 ? throw Unknown() : start;
        }

        IReadOnlyList<T> page = [.. all.Skip(start).Take(limit)];
        return (page, start + page.Count < all.Count ? Token(key(page[^1])) : null);
    }

    /// <summary>The answer of a list: the summaries under their name, and nextToken where there are more.</summary>
    public static JsonObject Answer(string name, IEnumerable<JsonObject> summaries, string? next)
    {
        var answer = new JsonObject { [name] = new JsonArray([.. summaries]) };
        if (next is not null)
        {
            answer["nextToken"] = next;
        }

        return answer;
    }

    static ApiProblem Unknown() => ApiProblem.Invalid("nextToken is not one that this list gave for this query; leave it out to begin anew.");

    static string Open(string token, string fingerprint)
    {
        byte[] bytes = new byte[token.Length];
        string text = Convert.TryFromBase64String(token, bytes, out int written) ? Encoding.UTF8.GetString(bytes, 0, written) : "";
        return text.StartsWith(fingerprint + "/", StringComparison.Ordinal) ? text[(fingerprint.Length + 1)..] : throw Unknown();
    }

    static string Fingerprint(HttpRequest request)
    {
        var query = request.Query
            .Where(pair => pair.Key is not ("nextToken" or "maxResults") && !pair.Key.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Path}?{string.Join('&', query)}")))[..16];
    }
}
