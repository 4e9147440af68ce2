using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server;

/// <summary>The OpenAPI document at <c>/openapi.json</c>, made of the routes that are mapped and have a <see cref="RouteText"/>.</summary>
static class OpenApiDocument
{
    public static void MapOpenApiDocument(this WebApplication app) => app.MapGet("/openapi.json", (HttpContext context) =>
        context.Response.WriteAsJsonAsync(Of(context.RequestServices.GetRequiredService<EndpointDataSource>()), context.RequestAborted)).OpenToAll();

    static JsonObject Of(EndpointDataSource source)
    {
        var paths = new JsonObject();
        foreach (var endpoint in source.Endpoints.OfType<RouteEndpoint>().OrderBy(endpoint => endpoint.RoutePattern.RawText, StringComparer.Ordinal))
        {
            if (endpoint.Metadata.GetMetadata<RouteText>() is { } text && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { } methods)
            {
                string path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/').Replace("{**", "{", StringComparison.Ordinal);
                var operations = paths[path] as JsonObject ?? [];
                paths[path] = operations;
                foreach (string method in methods.HttpMethods)
                {
                    operations[method.ToLowerInvariant()] = Operation(endpoint, text);
                }
            }
        }

        return new()
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Hone", ["version"] = typeof(OpenApiDocument).Assembly.GetName().Version!.ToString(3) },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
            },
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }),
        };
    }

    static JsonObject Operation(RouteEndpoint endpoint, RouteText text)
    {
        var operation = new JsonObject
        {
            ["tags"] = new JsonArray(text.Tag),
            ["summary"] = text.Summary,
            ["parameters"] = new JsonArray(
            [
                .. endpoint.RoutePattern.Parameters.Select(parameter => Parameter(parameter.Name, "path")),
                .. text.Query.Select(name => Parameter(name, "query")),
            ]),
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = "What was asked for.", ["content"] = Content(text.Answer) },
                ["default"] = new JsonObject { ["description"] = "What is wrong, in a sentence.", ["content"] = Content("application/json") },
            },
        };
        if (text.Body is { } body)
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(body) };
        }

        return operation;
    }

    static JsonObject Content(string kind) =>
        new() { [kind] = new JsonObject { ["schema"] = kind == "application/octet-stream" ? [] : new JsonObject { ["type"] = "object" } } };

    static JsonObject Parameter(string name, string place) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["required"] = place == "path",
        ["schema"] = new JsonObject { ["type"] = "string" },
    };
}
