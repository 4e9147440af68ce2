using System.Text.Json.Nodes;

namespace Hone.Server.Tests.Support;

/// <summary>
/// Compares answers of a page with those of a server by their members and the kinds of these. A list of the page ends after its first member; an
/// object with the member "…" may have more. An id may be another one, the same each time.
/// </summary>
sealed class KindComparison
{
    const string More = "…";

    readonly Dictionary<string, string> _ids = [];

    /// <summary>A text of the page with the server's ids in it.</summary>
    public string Actual(string text) => _ids.Aggregate(text, (so, pair) => so.Replace(pair.Key, pair.Value, StringComparison.Ordinal));

    /// <summary>Lets an id of the page stand for one of the server.</summary>
    public void Is(string page, string server) => _ids[page] = server;

    /// <returns>Where the two differ; null where they do not.</returns>
    public string? Difference(JsonNode? page, JsonNode? server, string path = "$") => (page, server) switch
    {
        (JsonObject expected, JsonObject given) => Members(expected, given, path),
        (JsonArray { Count: 0 }, JsonArray) => null,
        (JsonArray expected, JsonArray given) => given.Count == 0 ? $"{path} is empty" : Difference(expected[0], given[0], $"{path}[0]"),
        _ => Kind(page) == Kind(server) ? null : $"{path} is {Kind(server)}, the page has {Kind(page)}",
    };

    /// <summary>The first event of each name that the page has.</summary>
    public string? Difference(string page, string server)
    {
        var given = Events(server).ToLookup(one => one.Name, one => one.Data);
        return Events(page).Select(one => given[one.Name].FirstOrDefault() is { } data ? Difference(one.Data, data, one.Name) : $"there is no event {one.Name}")
            .FirstOrDefault(found => found is not null);
    }

    string? Members(JsonObject page, JsonObject server, string path)
    {
        var expected = page.Select(member => member.Key).Where(name => name != More).ToList();
        if (expected.Except(server.Select(member => member.Key)).FirstOrDefault() is { } missing)
        {
            return $"{path} has no {missing}";
        }

        if (!page.ContainsKey(More) && server.Count != expected.Count)
        {
            return $"{path} has the members {string.Join(", ", server.Select(member => member.Key).Except(expected))} besides those of the page";
        }

        if (page["id"] is JsonValue id && server["id"] is JsonValue other && id.TryGetValue(out string? one) && other.TryGetValue(out string? actual))
        {
            _ids.TryAdd(one, actual);
        }

        return expected.Select(name => Difference(page[name], server[name], $"{path}.{name}")).FirstOrDefault(found => found is not null);
    }

    static string Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        null => "null",
        System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "true or false",
        var kind => kind.ToString()!,
    };

    static IEnumerable<(string Name, JsonNode? Data)> Events(string text) =>
        text.ReplaceLineEndings("\n").Split("\n\n").Select(block => block.Split('\n')).Where(lines => lines.Any(line => line.StartsWith("data: ", StringComparison.Ordinal)))
            .Select(lines => (
                lines.FirstOrDefault(line => line.StartsWith("event: ", StringComparison.Ordinal))?[7..] ?? "",
                JsonNode.Parse(lines.First(line => line.StartsWith("data: ", StringComparison.Ordinal))[6..])));
}
