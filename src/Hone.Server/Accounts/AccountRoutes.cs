using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Hone.Server.Accounts;

/// <summary>/hone/v1/keys and /hone/v1/audit: the account's own keys and changes, for keys of scope Admin.</summary>
static partial class AccountRoutes
{
    const int LargestBody = 16 << 10, LongestOverlapHours = 24 * 30;

    public static void MapAccounts(this WebApplication server)
    {
        var app = server.MapGroup("").WithMetadata(new BodyLimit(LargestBody));
        app.MapGet("/hone/v1/keys", List);
        app.MapPost("/hone/v1/keys", Create);
        app.MapPost("/hone/v1/keys/{id}/rotate", Rotate);
        app.MapDelete("/hone/v1/keys/{id}", Revoke);
        app.MapGet("/hone/v1/audit", Audit);
    }

    static async Task List(HttpContext context, IKeys keys)
    {
        var list = await keys.List(context.Caller(KeyScopes.Admin).Account, context.RequestAborted);
        await Answer(context, 200, new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. list.Select(ToJson)]) });
    }

    static async Task Create(HttpContext context, KeyChanges changes)
    {
        var caller = context.Caller(KeyScopes.Admin);
        var body = await Read(context, Bodies.Default.CreateKey);
        var scopes = body.Scopes is null ? KeyScopes.All & caller.Scopes : KeyScope.Parse(body.Scopes);
        DateTimeOffset? expires = body.ExpiresAt is { } at ? FromSeconds(at) : null;
        await Answer(context, 201, ToJson(await changes.Create(caller, body.Name ?? "", scopes, expires, context.RequestAborted)));
    }

    static async Task Rotate(string id, HttpContext context, KeyChanges changes)
    {
        var caller = context.Caller(KeyScopes.Admin);
        var body = await Read(context, Bodies.Default.RotateKey);
        var overlap = TimeSpan.FromHours(body.OverlapHours is >= 0 and <= LongestOverlapHours
            ? body.OverlapHours
            : throw ApiProblem.Invalid($"overlap_hours is {body.OverlapHours}, but may be 0 to {LongestOverlapHours}.", "overlap_hours"));
        await Answer(context, 201, ToJson(await changes.Rotate(caller, id, overlap, context.RequestAborted)));
    }

    static async Task Revoke(string id, HttpContext context, KeyChanges changes) =>
        await Answer(context, 200, ToJson(await changes.Revoke(context.Caller(KeyScopes.Admin), id, context.RequestAborted)));

    static async Task Audit(HttpContext context, IAuditLog audit)
    {
        var caller = context.Caller(KeyScopes.Admin);
        int limit = (int)(Number(context, "limit", 1, 1000) ?? 100);
        var entries = await audit.Read(caller.Account, limit, Number(context, "before", 1, long.MaxValue), context.RequestAborted);
        await Answer(context, 200, new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. entries.Select(ToJson)]) });
    }

    static long? Number(HttpContext context, string name, long least, long most)
    {
        if (!context.Request.Query.TryGetValue(name, out var values))
        {
            return null;
        }

        return values.Count == 1 && long.TryParse(values[0], out long number) && number >= least && number <= most
            ? number
            : throw ApiProblem.Invalid($"The query's {name} needs one whole number from {least} to {most}.", name);
    }

    static async Task<T> Read<T>(HttpContext context, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw ApiProblem.Invalid("The content type has to be application/json.");
        }

        return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
            ?? throw ApiProblem.Invalid("The body has to be a JSON object, not null.");
    }

    static async Task Answer(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    static JsonObject ToJson(NewApiKey made)
    {
        var json = ToJson(made.Key);
        json["bearer"] = made.Bearer;
        json["access_key_id"] = made.AccessKeyId;
        json["secret_access_key"] = made.SecretAccessKey;
        return json;
    }

    static JsonObject ToJson(ApiKey key) => new()
    {
        ["object"] = "key",
        ["id"] = key.Id,
        ["name"] = key.Name,
        ["prefix"] = key.Prefix,
        ["scopes"] = KeyScope.ToJson(key.Scopes),
        ["created_at"] = key.Created.ToUnixTimeSeconds(),
        ["expires_at"] = key.Expires?.ToUnixTimeSeconds(),
        ["revoked_at"] = key.Revoked?.ToUnixTimeSeconds(),
        ["last_used_at"] = key.LastUsed?.ToUnixTimeSeconds(),
    };

    static JsonObject ToJson(AuditEntry entry) => new()
    {
        ["number"] = entry.Number,
        ["at"] = entry.At.ToUnixTimeSeconds(),
        ["key"] = entry.KeyId,
        ["action"] = entry.Action,
        ["subject"] = entry.Subject,
        ["detail"] = entry.Detail,
        ["address"] = entry.Address,
    };

    static DateTimeOffset FromSeconds(long seconds) => seconds is >= 0 and < 253_402_300_800
        ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : throw ApiProblem.Invalid($"expires_at is {seconds}, but has to be a moment in Unix seconds.", "expires_at");

    internal sealed record CreateKey(string? Name, string[]? Scopes, long? ExpiresAt);

    internal sealed record RotateKey(double OverlapHours = 24);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, MaxDepth = 8,
        AllowDuplicateProperties = false)]
    [JsonSerializable(typeof(CreateKey))]
    [JsonSerializable(typeof(RotateKey))]
    sealed partial class Bodies : JsonSerializerContext;
}
