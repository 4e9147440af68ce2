using System.Text.Json;

namespace Hone.Training.Data;

/// <summary>What a grader sees of a record beside its turns.</summary>
static class RecordMetadata
{
    /// <summary>The record's keys but <c>id</c> and the turns, then those of its <c>metadata</c>, then the known answer by its usual name.</summary>
    public static Dictionary<string, JsonElement> Of(JsonElement json, RecordShape shape, JsonElement answer)
    {
        var metadata = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject().Where(property => !IsTurns(property, shape)))
        {
            metadata[property.Name] = property.Value.Clone();
        }

        if (json.Member("metadata") is { ValueKind: JsonValueKind.Object } own)
        {
            foreach (var property in own.EnumerateObject().Where(property => property.Name is not ("id" or RecordShape.Messages)))
            {
                metadata.TryAdd(property.Name, property.Value.Clone());
            }
        }

        if (!answer.IsNothing() && metadata.GetValueOrDefault(RecordShape.Reference).IsNothing())
        {
            metadata[RecordShape.Reference] = answer.Clone();
        }

        return metadata;
    }

    static bool IsTurns(JsonProperty property, RecordShape shape) =>
        property.Name is "id" or RecordShape.Messages || (property.Name == shape.Conversation && property.Value.ValueKind == JsonValueKind.Array);
}
