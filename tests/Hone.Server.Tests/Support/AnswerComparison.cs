using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hone.Server.Tests.Support;

/// <summary>
/// Compares answers of a page with those of a server. Ids may be others, but the same one each time; times need only be times.
/// </summary>
sealed partial class AnswerComparison
{
    readonly Dictionary<string, string> _actual = [];

    /// <summary>A text of the page with the server's ids in it, the longest first: one id may begin with another.</summary>
    public string Actual(string text) => _actual.OrderByDescending(pair => pair.Key.Length).Aggregate(text, (so, pair) => so.Replace(pair.Key, pair.Value));

    /// <returns>Where the two differ; null where they do not.</returns>
    public string? Difference(JsonNode? page, JsonNode? server, string path = "$") => (page, server) switch
    {
        (JsonObject expected, JsonObject given) => Keys(expected) == Keys(given)
            ? expected.Select(member => Difference(member.Value, given[member.Key], $"{path}.{member.Key}")).FirstOrDefault(found => found is not null)
            : $"{path} has the keys {Keys(given)}, the page has {Keys(expected)}",
        (JsonArray expected, JsonArray given) => expected.Count == given.Count
            ? expected.Select((item, i) => Difference(item, given[i], $"{path}[{i}]")).FirstOrDefault(found => found is not null)
            : $"{path} has {given.Count} members, the page has {expected.Count}",
        _ => Same(page?.ToJsonString() ?? "null", server?.ToJsonString() ?? "null", path) ? null : $"{path} is {server?.ToJsonString()}, the page has {page?.ToJsonString()}",
    };

    /// <summary>Server-sent events line by line, other texts as they are.</summary>
    public string? Difference(string page, string server)
    {
        if (!server.Contains("data: ", StringComparison.Ordinal))
        {
            return page == server.Trim() ? null : $"it is '{server}', the page has '{page}'";
        }

        string[] expected = Lines(page), given = Lines(server);
        return expected.Length == given.Length
            ? expected.Zip(given, Line).FirstOrDefault(found => found is not null)
            : $"it has {given.Length} lines, the page has {expected.Length}";
    }

    string? Line(string page, string server)
    {
        if (page.StartsWith("data: {", StringComparison.Ordinal) && server.StartsWith("data: {", StringComparison.Ordinal))
        {
            return Difference(JsonNode.Parse(page[6..]), JsonNode.Parse(server[6..]));
        }

        return page.StartsWith("id: ", StringComparison.Ordinal) || page == server ? null : $"a line is '{server}', the page has '{page}'";
    }

    bool Same(string page, string server, string path)
    {
        if (Time().IsMatch(path))
        {
            return (page == "null") == (server == "null");
        }

        if (!Id().IsMatch(page) || !Id().IsMatch(server))
        {
            return page == server;
        }

        (page, server) = (page.Trim('"'), server.Trim('"'));
        return _actual.TryAdd(page, server) || _actual[page] == server;
    }

    static string Keys(JsonObject json) => string.Join(", ", json.Select(member => member.Key));

    static string[] Lines(string text) => [.. text.Split('\n').Where(line => line.Trim().Length > 0)];

    [GeneratedRegex(@"(_at|\.created|\.execution_time|\.estimated_finish)$")]
    private static partial Regex Time();

    [GeneratedRegex("""^"((file|ftjob|ftevent|ftckpt|chatcmpl|cmpl|resp|msg|fc|call)[-_]|ft:|hone-)[^ ]*"$""")]
    private static partial Regex Id();
}
