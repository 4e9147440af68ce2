using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Accounts;

namespace Hone.Server.Webhooks;

/// <summary>/hone/v1/webhooks: who wants to be told of the ends of jobs.</summary>
static class WebhooksApi
{
    const int LongestUrl = 2048, LargestBody = 16 << 10;

    public static void MapWebhooks(this WebApplication app)
    {
        var hooks = app.MapGroup("/hone/v1/webhooks");
        hooks.MapPost("", Create);
        hooks.MapGet("", List);
        hooks.MapGet("/{id}", Get);
        hooks.MapDelete("/{id}", Delete);
        hooks.MapGet("/{id}/deliveries", Deliveries);
    }

    static async Task<IResult> Create(HttpContext context, WebhookTable table, KeySecrets secrets, ServerSettings settings)
    {
        var caller = context.Caller(KeyScopes.Write);
        var (url, events) = Read(await Body(context), settings);
        var hook = await table.Add(caller, url, events, context.RequestAborted);
        var answer = Json(hook);
        answer["secret"] = WebhookSignature.SecretText(secrets.WebhookSecretOf(hook.Id));
        return Results.Json(answer, statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> List(HttpContext context, WebhookTable table) => Results.Json(new JsonObject
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. (await table.List(context.Caller(KeyScopes.Read), context.RequestAborted)).Select(Json)]),
    });

    static async Task<IResult> Get(string id, HttpContext context, WebhookTable table) =>
        Results.Json(Json(await table.Find(context.Caller(KeyScopes.Read), id, context.RequestAborted)));

    static async Task<IResult> Delete(string id, HttpContext context, WebhookTable table)
    {
        await table.Delete(context.Caller(KeyScopes.Write), id, context.RequestAborted);
        return Results.Json(new JsonObject { ["id"] = id, ["object"] = "webhook.deleted", ["deleted"] = true });
    }

    static async Task<IResult> Deliveries(string id, HttpContext context, WebhookTable table)
    {
        var hook = await table.Find(context.Caller(KeyScopes.Read), id, context.RequestAborted);
        var deliveries = await table.Deliveries(hook.Id, context.RequestAborted);
        return Results.Json(new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray(
            [
                .. deliveries.Select(delivery => new JsonObject
                {
                    ["id"] = delivery.Id,
                    ["object"] = "webhook.delivery",
                    ["type"] = delivery.Type,
                    ["created_at"] = delivery.Created / 1000,
                    ["attempts"] = delivery.Attempts,
                    ["next_attempt_at"] = delivery.Next / 1000,
                    ["outcome"] = delivery.Outcome,
                }),
            ]),
        });
    }

    static async Task<JsonElement> Body(HttpContext context)
    {
        if (context.Request.ContentLength > LargestBody)
        {
            throw new ApiProblem(ProblemKind.TooLarge, $"The body has more than {LargestBody:N0} bytes.");
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, new() { AllowDuplicateProperties = false }, context.RequestAborted);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw ApiProblem.Invalid("The body needs to be an object such as {\"url\":\"https://example.com/hook\"}.");
        }
        catch (JsonException)
        {
            throw ApiProblem.Invalid("The body is no JSON; send an object such as {\"url\":\"https://example.com/hook\"}.");
        }
    }

    static (string Url, IReadOnlyList<string> Events) Read(JsonElement body, ServerSettings settings)
    {
        foreach (var member in body.EnumerateObject().Where(member => member.Name is not ("url" or "events")))
        {
            throw ApiProblem.Invalid($"A webhook has no '{member.Name}'; it can have url and events.", member.Name);
        }

        string url = body.TryGetProperty("url", out var given) && given.ValueKind == JsonValueKind.String && given.GetString() is { Length: <= LongestUrl } text
            ? text
            : throw ApiProblem.Invalid("url is missing or no text; it needs to be the address that is called.", "url");
        return WebhookAddress.Problem(url, settings.AllowPrivateWebhooks) is { } problem
            ? throw ApiProblem.Invalid(problem, "url")
            : (url, body.TryGetProperty("events", out var events) ? Events(events) : WebhookOutbox.Types);
    }

    static string[] Events(JsonElement given)
    {
        string[] events = given.ValueKind == JsonValueKind.Array
            ? [.. given.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.String ? one.GetString()! : "").Distinct()]
            : [];
        return events.Length > 0 && events.All(WebhookOutbox.Types.Contains)
            ? events
            : throw ApiProblem.Invalid($"events needs to be a list of some of {string.Join(", ", WebhookOutbox.Types)}.", "events");
    }

    static JsonObject Json(Webhook hook) => new()
    {
        ["id"] = hook.Id,
        ["object"] = "webhook",
        ["url"] = hook.Url,
        ["events"] = new JsonArray([.. hook.Events.Select(one => JsonValue.Create(one))]),
        ["created_at"] = hook.Created.ToUnixTimeSeconds(),
    };
}
