using Hone.Server.Bedrock.Reading;

namespace Hone.Server.Bedrock.Runtime;

/// <summary>
/// Finds the form of an InvokeModel body by its members: <c>prompt</c> is Llama's, <c>inferenceConfig</c>, <c>schemaVersion</c>,
/// <c>toolConfig</c>, a <c>system</c> beside <c>messages</c>, or content blocks without a type are Nova's, else it is a chat completion.
/// </summary>
static class ModelBodies
{
    static readonly string[] _nova = ["inferenceConfig", "schemaVersion", "toolConfig", "system"];

    public static IModelBody Read(byte[] bytes, string model) => RequestBody.ReadForm<IModelBody>(
        RequestBody.Parse(bytes, "ValidationException"),
        form => form.Has("prompt") ? LlamaBody.Read(form)
            : _nova.Any(form.Has) || HasBlocks(form) ? NovaBody.Read(form)
            : ChatBody.Read(form, model));

    static bool HasBlocks(Form form) =>
        form.Any("messages") is { ValueKind: System.Text.Json.JsonValueKind.Array } messages
        && messages.EnumerateArray().Any(message =>
            message.ValueKind == System.Text.Json.JsonValueKind.Object
            && message.TryGetProperty("content", out var content) && content.ValueKind == System.Text.Json.JsonValueKind.Array
            && content.EnumerateArray().Any(part => part.ValueKind == System.Text.Json.JsonValueKind.Object && !part.TryGetProperty("type", out _)));
}
