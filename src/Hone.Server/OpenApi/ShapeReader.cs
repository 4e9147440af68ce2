using System.Text.Json.Nodes;

namespace Hone.Server.OpenApi;

/// <summary>Reads shapes in a short form into JSON Schema.</summary>
/// <remarks>
/// An object lists its members; a name that ends with <c>?</c> may be missing, <c>"..."</c> is the shape of all others, and without it there are
/// none. A text is a type (<c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c>, <c>object</c>, <c>null</c>, <c>any</c>), a word
/// (<c>'auto'</c>), a shape's name, a list of one of these (<c>string[]</c>), an object with such values (<c>{string}</c>), or several of them
/// with <c>|</c> between.
/// </remarks>
static class ShapeReader
{
    public const string Place = "#/components/schemas/";

    static readonly string[] _types = ["string", "integer", "number", "boolean", "object", "null"];

    /// <summary>A shape that is written out already, as records are, stays as it is.</summary>
    public static JsonNode Read(JsonNode shape) => shape switch
    {
        JsonObject written when RecordShapes.IsSchema(written) => written.DeepClone(),
        JsonObject members => Members(members),
        _ => Text(shape.GetValue<string>()),
    };

    public static JsonObject Text(string shape)
    {
        string[] ways = shape.Split('|');
        string[] words = [.. ways.Where(way => way[0] == '\'').Select(way => way.Trim('\''))], types = [.. ways.Where(_types.Contains)];
        JsonObject[] all =
        [
            .. Words(words),
            .. types.Length == 0 ? [] : new[] { new JsonObject { ["type"] = types.Length == 1 ? types[0] : List(types) } },
            .. ways.Where(way => way[0] != '\'' && !_types.Contains(way)).Select(Way),
        ];
        return all.Length == 1 ? all[0] : new() { ["anyOf"] = new JsonArray([.. all]) };
    }

    static JsonObject[] Words(string[] words) => words.Length == 0 ? [] : [new() { ["type"] = "string", ["enum"] = List(words) }];

    static JsonObject Way(string way) => way switch
    {
        "any" => [],
        _ when way.EndsWith("[]", StringComparison.Ordinal) => new() { ["type"] = "array", ["items"] = Text(way[..^2]) },
        ['{', .. var values, '}'] => new() { ["type"] = "object", ["additionalProperties"] = Text(values) },
        _ => new() { ["$ref"] = Place + way },
    };

    static JsonObject Members(JsonObject shape)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var (name, value) in shape.Where(member => member.Key != "..."))
        {
            properties[name.TrimEnd('?')] = Read(value!);
            if (!name.EndsWith('?'))
            {
                required.Add((JsonNode)name);
            }
        }

        return new()
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = required,
            ["additionalProperties"] = shape["..."] is { } others ? Read(others) : false,
        };
    }

    static JsonArray List(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
