using System.Text.Json;
using Hone.Text;

namespace Hone.Jobs.Engine.Protocol;

/// <summary>A line to the engine's process: one of the members says what is asked for. What a call was given up is told by its number alone.</summary>
/// <param name="Id">The call's number, which every answer to it has.</param>
sealed record EngineCall(long Id)
{
    public GenerateRequest? Generate { get; init; }

    public GenerateRequest? Count { get; init; }

    public TrainRequest? Train { get; init; }

    /// <summary>The messages of <see cref="Generate"/> or <see cref="Count"/>: those of the request have no form that travels.</summary>
    public IReadOnlyList<WireMessage>? Messages { get; init; }

    /// <summary>What lies below a folder is encrypted with a key. It has no answer.</summary>
    public FolderKey? Key { get; init; }

    public bool IsCancelled => Generate is null && Count is null && Train is null && Key is null;

    public static EngineCall ToGenerate(long id, GenerateRequest request) =>
        new(id) { Generate = request with { Messages = null }, Messages = WireMessage.Of(request) };

    public static EngineCall ToCount(long id, GenerateRequest request) =>
        new(id) { Count = request with { Messages = null }, Messages = WireMessage.Of(request) };

    /// <summary>The request that was sent.</summary>
    public GenerateRequest Whole(GenerateRequest request) => request with { Messages = Messages is null ? null : [.. Messages.Select(message => message.Message())] };
}

/// <summary>A folder and the key of what lies below it. It travels here and not by the command line or the environment, where others could read it.</summary>
sealed record FolderKey(string Folder, string Key);

/// <summary>A turn of a conversation on its way.</summary>
sealed record WireMessage(string Role, string Content, JsonElement? Json, IReadOnlyDictionary<string, JsonElement>? Extra)
{
    public static IReadOnlyList<WireMessage>? Of(GenerateRequest request) => request.Messages is null ? null :
    [
        .. request.Messages.Select(message => new WireMessage(
            message.Role, message.Content, message.Json,
            message.Extra?.ToDictionary(field => field.Key, field => JsonSerializer.SerializeToElement(field.Value), StringComparer.Ordinal))),
    ];

    public ChatMessage Message() => new(Role, Content)
    {
        Json = Json,
        Extra = Extra?.ToDictionary(field => field.Key, field => (object?)field.Value, StringComparer.Ordinal),
    };
}
