using System.Text.Json.Nodes;

namespace Hone.Server.OpenApi;

/// <summary>
/// What the files beside this say of the server's routes and of the shapes of their bodies: <c>shapes</c>, in the short form of
/// <see cref="ShapeReader"/>, and <c>routes</c> by group.
/// </summary>
/// <remarks>
/// A route has: says, a sentence. takes, the shape of its body, and as, the body's kind where that is not JSON. gives, the shape of its answer, or
/// sends, the kind of an answer that is no JSON. streams, the shape of each event of an answer in server-sent events. query, the shapes of its
/// parameters. status, where it is not 200. open: it needs no key.
/// </remarks>
static class Surfaces
{
    static readonly string[] _names = ["openai", "hone", "bedrock"];

    /// <summary>The shapes of all surfaces by their names.</summary>
    public static IReadOnlyDictionary<string, JsonNode> Shapes { get; } =
        Members("shapes").Concat(RecordShapes.All()).ToDictionary(shape => shape.Key, shape => shape.Value, StringComparer.Ordinal);

    /// <summary>Method and path, such as <c>GET /v1/files/{file}</c>, the group that it stands in, and what is said of it.</summary>
    public static IReadOnlyList<(string Route, string Group, JsonObject Said)> Routes { get; } =
        [.. Members("routes").SelectMany(group => group.Value.AsObject().Select(route => (route.Key, group.Key, route.Value!.AsObject())))];

    static IEnumerable<KeyValuePair<string, JsonNode>> Members(string key) =>
        from name in _names
        from member in Read(name)[key]!.AsObject()
        select KeyValuePair.Create(member.Key, member.Value!);

    static JsonObject Read(string name)
    {
        using var file = typeof(Surfaces).Assembly.GetManifestResourceStream($"{typeof(Surfaces).Namespace}.{name}.json")!;
        return JsonNode.Parse(file)!.AsObject();
    }
}
