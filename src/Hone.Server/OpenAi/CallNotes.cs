using System.Text.Json;
using Hone.Server.Inference;

namespace Hone.Server.OpenAi;

/// <summary>Leaves notes of a call for those who keep calls.</summary>
static class CallNotes
{
    /// <summary>The notes hold for what the calling method asks the model from here on.</summary>
    /// <param name="body">As it came; its metadata stands in the log, too.</param>
    /// <param name="part">Which of several questions of one request this is.</param>
    /// <param name="keepsBody">False: readers of logs do not know the body's form, so that the conversation is kept in its place.</param>
    public static void Note(this HttpContext context, string operation, string model, JsonElement body, int part = 0, bool keepsBody = true) =>
        InvocationNotes.Current = new()
        {
            RequestId = part == 0 ? context.TraceIdentifier : $"{context.TraceIdentifier}-{part}",
            Operation = operation,
            ModelReference = model,
            Body = keepsBody ? body : null,
            Metadata = body.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
                ? metadata.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.ToString())
                : [],
        };
}
