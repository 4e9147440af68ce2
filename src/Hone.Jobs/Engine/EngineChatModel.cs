using System.Text;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Grading.Judges;
using Hone.Grading.Judges.Chat;
using Hone.Text;
using Hone.Training.Judging;

namespace Hone.Jobs.Engine;

/// <summary>A model folder as a judge whose answers come from an engine, for a program that computes no models itself.</summary>
/// <remarks>
/// The answer is bound to the question's form: tokens that would leave it cannot be drawn, and a number is one of eleven evenly spaced ones. Where
/// reasons are asked for they come first; where they fill the answer up, the second try gives the verdicts alone, the likeliest.
/// </remarks>
/// <param name="folder">Absolute path.</param>
/// <param name="scope">Whose questions they are.</param>
public sealed class EngineChatModel(IEngine engine, string folder, string? scope) : IChatModel
{
    const int MostTokens = 512;

    readonly Lazy<SpelledMarks> _marks = new(() => new(Tokenizer.Load(folder)));

    public string Id { get; } = $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))} ({FolderMark.Of(folder)}), bound";

    public async Task<ChatReply> Ask(ChatCall call, CancellationToken stop)
    {
        try
        {
            ChatMessage[] turns = [.. call.Messages.Select(message => new ChatMessage(message.Role, _marks.Value.In(message.Content)))];
            return await Ask(call, turns, stop).ConfigureAwait(false);
        }
        catch (EngineBusyException busy)
        {
            throw new ChatException("judge", busy.Message, isTransient: true) { IsThrottle = true, RetryAfter = busy.RetryAfter };
        }
        catch (EngineFailedException died)
        {
            throw new ChatException("judge", died.Message, isTransient: true);
        }
        catch (Exception e) when (e is EngineRequestException or TokenizerException)
        {
            throw new ChatException("judge", $"the model {Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))} does not answer: {e.Message}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    async Task<ChatReply> Ask(ChatCall call, ChatMessage[] turns, CancellationToken stop)
    {
        try
        {
            return await Answer(Request(call, turns), stop).ConfigureAwait(false);
        }
        catch (EngineRequestException) when (turns is [{ Role: "system" }, { Role: "user" }, ..])
        {
            // Some templates know no system turn.
            return await Answer(Request(call, [new("user", $"{turns[0].Content}\n\n{turns[1].Content}"), .. turns[2..]]), stop).ConfigureAwait(false);
        }
    }

    async Task<ChatReply> Answer(GenerateRequest request, CancellationToken stop)
    {
        var text = new StringBuilder();
        TokenUsage? usage = null;
        await foreach (var piece in engine.Generate(request, stop).ConfigureAwait(false))
        {
            text.Append(piece.Text);
            usage = piece.Usage ?? usage;
        }

        return new(text.ToString(), usage?.Prompt ?? 0, usage?.Completion ?? 0);
    }

    GenerateRequest Request(ChatCall call, IReadOnlyList<ChatMessage> turns)
    {
        bool isForced = call.Failed is not null || !call.Form.Reasons;
        var settings = call.Settings;
        return new()
        {
            Model = folder,
            Messages = turns,
            Scope = scope,
            MaxTokens = isForced ? MostTokens : settings.MaxTokens ?? MostTokens,
            Sampling = isForced
                ? new() { Temperature = 0 }
                : new() { Temperature = (float)settings.Temperature, TopP = (float)(settings.TopP ?? 1) },
            Seed = (ulong)(settings.Seed ?? 0) + (ulong)call.Vote,
            Schema = Schema(call.Form, withReasons: !isForced),
        };
    }

    static JsonObject Schema(AnswerForm form, bool withReasons) => Closed(form.Fields.Select(field => (field.Key, withReasons
        ? Closed([(AnswerForm.Reason, new JsonObject { ["type"] = "string" }), (AnswerForm.Verdict, Choices(field))])
        : Choices(field))));

    static JsonObject Choices(AnswerField field) => new() { ["enum"] = new JsonArray([.. VerdictChoices.Of(field).Select(choice => JsonNode.Parse(choice))]) };

    static JsonObject Closed(IEnumerable<(string Key, JsonObject Schema)> members)
    {
        (string Key, JsonObject Schema)[] all = [.. members];
        return new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(all.Select(member => KeyValuePair.Create<string, JsonNode?>(member.Key, member.Schema))),
            ["required"] = new JsonArray([.. all.Select(member => JsonValue.Create(member.Key))]),
            ["additionalProperties"] = false,
        };
    }
}

/// <summary>Judges for a program whose models an engine computes.</summary>
public static class EngineJudges
{
    /// <summary>The same, with judges by model folder.</summary>
    /// <param name="context">What graders are built with.</param>
    /// <param name="engine">Asked for at the first question.</param>
    /// <param name="scope">Whose questions they are.</param>
    public static GraderContext WithEngine(this GraderContext context, Func<IEngine> engine, string? scope) =>
        context with { OpenModel = folder => new EngineChatModel(engine(), folder, scope) };
}
