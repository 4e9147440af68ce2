using System.Text.Json;

namespace Hone.Grading.Json.Schema;

/// <summary>The edition of JSON Schema that gives the keywords their meaning.</summary>
enum SchemaDraft
{
    Draft7,
    Draft202012,
}

static class SchemaDrafts
{
    /// <summary>What <c>$schema</c> names; 2020-12 where it is missing. Null where it names another edition.</summary>
    public static SchemaDraft? Of(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("$schema", out var named))
        {
            return SchemaDraft.Draft202012;
        }

        string uri = named.ValueKind == JsonValueKind.String ? named.GetString()!.TrimEnd('#') : "";
        uri = uri.Replace("http://", "", StringComparison.Ordinal).Replace("https://", "", StringComparison.Ordinal);
        return uri switch
        {
            "json-schema.org/draft/2020-12/schema" => SchemaDraft.Draft202012,
            "json-schema.org/draft-07/schema" => SchemaDraft.Draft7,
            _ => null,
        };
    }
}
