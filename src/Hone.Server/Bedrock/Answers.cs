using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Server.Bedrock;

/// <summary>How this surface writes JSON.</summary>
static class Answers
{
    public static JsonSerializerOptions Json { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
    };

    public static byte[] Bytes(JsonNode json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString(Json));

    /// <summary>Members that are null are left out, as AWS does.</summary>
    public static JsonObject Without(this JsonObject json, params ReadOnlySpan<string> nulls)
    {
        foreach (string name in nulls)
        {
            if (json[name] is null)
            {
                json.Remove(name);
            }
        }

        return json;
    }

    public static JsonObject WithoutNulls(this JsonObject json) => json.Without([.. json.Select(pair => pair.Key)]);

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    public static async Task Write(this HttpContext context, int status, JsonNode json)
    {
        byte[] bytes = Bytes(json);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
