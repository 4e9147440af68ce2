using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Hone.Jobs;

/// <summary>How job files and records of a run are written as JSON.</summary>
static class JobJson
{
    /// <summary>camelCase, enums as words, no computed values; NaN and infinities as text where a metric has them.</summary>
    public static readonly JsonSerializerOptions Options = Make(indented: true);

    /// <summary>The same on one line, computed values included: for documents in the database.</summary>
    public static readonly JsonSerializerOptions Line = new(Make(indented: false)) { IgnoreReadOnlyProperties = false };

    /// <summary>Comments and trailing commas are tolerated, a key that is given twice is not.</summary>
    public static readonly JsonDocumentOptions Reading = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    static JsonSerializerOptions Make(bool indented) => new()
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        WriteIndented = indented,
    };
}
