using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Grading.Judges;
using Hone.Grading.Judges.Chat;
using Hone.Jobs.Engine;
using Hone.Models.Sampling;
using Hone.Text;

namespace Hone.Server.Queue.Graders;

/// <summary>A base model of this server as a judge, answered by the engine: its answers are bound to the form that is asked for.</summary>
/// <remarks>In a run the judge computes beside it, writes freely first, and its verdict is the likeliest choice where that cannot be read.</remarks>
/// <param name="scope">Whose questions they are.</param>
sealed class EngineJudge(IEngine engine, string folder, string scope) : IChatModel
{
    const int MostTokens = 512, Steps = 10;

    public string Id => $"{folder} in the engine";

    public async Task<ChatReply> Ask(ChatCall call, CancellationToken stop)
    {
        try
        {
            return await Ask(call, call.Messages, stop);
        }
        catch (EngineRequestException) when (call.Messages is [{ Role: "system" } system, { Role: "user" } user, ..])
        {
            // Some templates know no system turn.
            return await Merged(call, [user with { Content = $"{system.Content}\n\n{user.Content}" }, .. call.Messages.Skip(2)], stop);
        }
        catch (EngineRequestException refused)
        {
            throw new ChatException("judge", refused.Message);
        }
        catch (EngineBusyException busy)
        {
            throw new ChatException("judge", "the engine is busy.", isTransient: true) { IsThrottle = true, RetryAfter = busy.RetryAfter };
        }
        catch (EngineFailedException died)
        {
            throw new ChatException("judge", died.Message, isTransient: true);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    async Task<ChatReply> Merged(ChatCall call, IReadOnlyList<GradingMessage> messages, CancellationToken stop)
    {
        try
        {
            return await Ask(call, messages, stop);
        }
        catch (EngineRequestException refused)
        {
            throw new ChatException("judge", refused.Message);
        }
    }

    async Task<ChatReply> Ask(ChatCall call, IReadOnlyList<GradingMessage> messages, CancellationToken stop)
    {
        var text = new StringBuilder();
        TokenUsage? usage = null;
        await foreach (var piece in engine.Generate(Request(call, messages), stop))
        {
            text.Append(piece.Text);
            usage = piece.Usage ?? usage;
        }

        return new(text.ToString(), usage?.Prompt ?? 0, usage?.Completion ?? 0);
    }

    GenerateRequest Request(ChatCall call, IReadOnlyList<GradingMessage> messages) => new()
    {
        Model = folder,
        Scope = scope,
        Messages = [.. messages.Select(message => new ChatMessage(message.Role, message.Content))],
        MaxTokens = call.Settings.MaxTokens ?? MostTokens,
        Sampling = new SamplingSettings { Temperature = (float)call.Settings.Temperature, TopP = (float)(call.Settings.TopP ?? 1) },
        Seed = unchecked((ulong)(call.Settings.Seed ?? 0) + (ulong)call.Vote),
        Schema = call.Failed is null ? call.Form.Schema() : Verdicts(call.Form),
    };

    /// <summary>An answer that no model can fail to give in few tokens: a choice for each key, and nothing else.</summary>
    static JsonObject Verdicts(AnswerForm form) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(form.Fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)new JsonObject { ["enum"] = Choices(field) }))),
        ["required"] = new JsonArray([.. form.Fields.Select(field => JsonValue.Create(field.Key))]),
        ["additionalProperties"] = false,
    };

    static JsonArray Choices(AnswerField field) => field.Choices is { } choices
        ? [.. choices.Select(choice => JsonValue.Create(choice))]
        : [.. Enumerable.Range(0, Steps + 1).Select(step => JsonNode.Parse(
            (field.Low + ((field.High - field.Low) * step / Steps)).ToString("0.######", CultureInfo.InvariantCulture)))];
}
