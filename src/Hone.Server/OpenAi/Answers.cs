using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Accounts;

namespace Hone.Server.OpenAi;

/// <summary>What the routes of this surface share.</summary>
static class Answers
{
    /// <summary>Text as it is, not escaped to ASCII; no line breaks, which a server-sent event could not hold.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Default)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What may change answers from one release to the next.</summary>
    public static readonly string Fingerprint = $"hone-{typeof(Answers).Assembly.GetName().Version!.ToString(3)}";

    public static Task Answer(this HttpContext context, JsonObject json) => context.Response.WriteAsJsonAsync(json, Json, context.RequestAborted);

    public static T Service<T>(this HttpContext context)
        where T : notnull => context.RequestServices.GetRequiredService<T>();

    public static string Route(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    public static Caller Reader(this HttpContext context) => context.Caller(KeyScopes.Read);

    public static Caller Writer(this HttpContext context) => context.Caller(KeyScopes.Write);

    /// <summary>Unix seconds.</summary>
    public static long? Seconds(DateTimeOffset? at) => at?.ToUnixTimeSeconds();

    public static JsonObject List(IEnumerable<JsonObject> items, bool more)
    {
        JsonArray data = [.. items];
        return new()
        {
            ["object"] = "list",
            ["data"] = data,
            ["first_id"] = data.Count > 0 ? data[0]!["id"]!.DeepClone() : null,
            ["last_id"] = data.Count > 0 ? data[^1]!["id"]!.DeepClone() : null,
            ["has_more"] = more,
        };
    }

    public static JsonObject Deleted(string id, string kind) => new() { ["id"] = id, ["object"] = kind, ["deleted"] = true };
}
