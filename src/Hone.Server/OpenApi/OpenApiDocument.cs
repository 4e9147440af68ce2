using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Server.Accounts;

namespace Hone.Server.OpenApi;

/// <summary>The OpenAPI document at <c>/openapi.json</c>, made of <see cref="Surfaces"/>.</summary>
static partial class OpenApiDocument
{
    static readonly Lazy<string> _text = new(() => Make().ToJsonString());

    public static void MapOpenApiDocument(this WebApplication app) =>
        app.MapGet("/openapi.json", () => Results.Text(_text.Value, "application/json")).OpenToAll();

    static JsonObject Make()
    {
        var paths = new JsonObject();
        foreach (var (route, group, said) in Surfaces.Routes.OrderBy(route => route.Route.Split(' ')[1], StringComparer.Ordinal))
        {
            var (method, path) = (route.Split(' ')[0].ToLowerInvariant(), route.Split(' ')[1]);
            var operations = paths[path] as JsonObject ?? [];
            paths[path] = operations;
            operations[method] = Operation(method, path, group, said);
        }

        return new()
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Hone", ["version"] = typeof(OpenApiDocument).Assembly.GetName().Version!.ToString(3) },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject(Surfaces.Shapes.Select(shape => KeyValuePair.Create(shape.Key, (JsonNode?)ShapeReader.Read(shape.Value)))),
                ["securitySchemes"] = new JsonObject
                {
                    ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                    ["signature"] = new JsonObject
                    {
                        ["type"] = "apiKey",
                        ["in"] = "header",
                        ["name"] = "Authorization",
                        ["description"] = "AWS Signature Version 4, as AWS SDKs send it.",
                    },
                },
            },
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }, new JsonObject { ["signature"] = new JsonArray() }),
        };
    }

    static JsonObject Operation(string method, string path, string group, JsonObject said)
    {
        var operation = new JsonObject
        {
            ["operationId"] = OperationName().Replace($"{method}{path}", "_").Trim('_'),
            ["tags"] = new JsonArray(group),
            ["summary"] = said["says"]!.DeepClone(),
            ["parameters"] = new JsonArray(
            [
                .. PathParameter().Matches(path).Select(name => Parameter(name.Groups[1].Value, "path", "string")),
                .. (said["query"] as JsonObject ?? []).Select(parameter => Parameter(parameter.Key, "query", (string)parameter.Value!)),
            ]),
        };
        if ((said["takes"] ?? said["as"]) is not null)
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content((string?)said["as"], (string?)said["takes"]) };
        }

        operation["responses"] = new JsonObject
        {
            [(said["status"] ?? 200).ToString()] = Answer(said),
            ["default"] = new JsonObject { ["description"] = "What is wrong, in a sentence.", ["content"] = Problem(path) },
        };
        if (said["open"] is not null)
        {
            operation["security"] = new JsonArray();
        }

        return operation;
    }

    static JsonObject Answer(JsonObject said)
    {
        var answer = new JsonObject { ["description"] = "What was asked for." };
        var content = said["gives"] is null && said["sends"] is null ? [] : Content((string?)said["sends"], (string?)said["gives"]);
        if (said["streams"] is { } one)
        {
            // A stream is text to OpenAPI 3.1; x-event says what stands in the data of each event.
            content["text/event-stream"] = new JsonObject
            {
                ["schema"] = new JsonObject { ["type"] = "string" },
                ["x-event"] = ShapeReader.Text((string)one!),
            };
        }

        if (content.Count > 0)
        {
            answer["content"] = content;
        }

        return answer;
    }

    static JsonObject Problem(string path) => path.StartsWith("/s3", StringComparison.Ordinal)
        ? Content("application/xml", null)
        : Content(null, ProblemShape.IsOpenAi(path) ? "Problem" : "AwsProblem");

    static JsonObject Content(string? kind, string? shape) =>
        new() { [kind ?? "application/json"] = new JsonObject { ["schema"] = shape is null ? [] : ShapeReader.Text(shape) } };

    static JsonObject Parameter(string name, string place, string shape) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["required"] = place == "path",
        ["schema"] = ShapeReader.Text(shape),
    };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameter();

    [GeneratedRegex(@"[^A-Za-z0-9]+")]
    private static partial Regex OperationName();
}
