using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Hone.Grading;
using Hone.Jobs;
using Hone.Jobs.Checks;
using Hone.Jobs.Exploring;
using Hone.Server.Queue;
using Hone.Server.Registry;
using Hone.Server.Runs;
using Hone.Training;
using Hone.Training.Data.Findings;

namespace Hone.Server.OpenApi;

/// <summary>Schemas of the records that /hone/v1 writes as they are, read off their types.</summary>
static class RecordShapes
{
    static readonly Type[] _types =
    [
        typeof(CheckFinding), typeof(Fault), typeof(JobApi), typeof(JobCheckpoint), typeof(JobEvent), typeof(JobFailure), typeof(JobMethod), typeof(JobStatus),
        typeof(LengthProposal), typeof(Metric), typeof(ModelKind), typeof(ModelStatus), typeof(PhaseStatus), typeof(RolloutOrder), typeof(RunOrigin),
        typeof(SetFindings), typeof(StopReason),
    ];

    static readonly JsonSchemaExporterOptions _options = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Complete };

    /// <summary>By the types' names.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode>> All() => _types.Select(type =>
    {
        var schema = HoneJson.Options.GetJsonSchemaAsNode(type, _options);
        Move(schema, ShapeReader.Place + type.Name);
        return KeyValuePair.Create(type.Name, schema);
    });

    /// <summary>Whether it is a schema, not a list of members in the short form.</summary>
    public static bool IsSchema(JsonObject shape) => shape["type"] is JsonArray || shape["enum"] is JsonArray || shape["properties"] is JsonObject;

    // All members are written, always. A number that does not exist is written as null, by a converter that says nothing of it.
    static JsonNode Complete(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (type == typeof(double) || type == typeof(float))
        {
            return new JsonObject { ["type"] = new JsonArray("number", "null") };
        }

        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object && schema is JsonObject written && written["properties"] is JsonObject members)
        {
            written["required"] = new JsonArray([.. members.Select(member => JsonValue.Create(member.Key))]);
            written["additionalProperties"] = false;
        }

        return schema;
    }

    // A type that comes a second time points at its first place.
    static void Move(JsonNode? schema, string place)
    {
        foreach (var child in schema switch { JsonObject members => members.Select(member => member.Value), JsonArray items => items, _ => [] })
        {
            Move(child, place);
        }

        if (schema is JsonObject pointer && pointer["$ref"] is JsonValue target && target.TryGetValue(out string? path))
        {
            pointer["$ref"] = place + path[1..];
        }
    }
}
