using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Inference;

namespace Hone.Server.Bedrock.Logging;

/// <summary>Brings calls of the other surfaces into the log, in the form of chat completions; Bedrock's routes log theirs themselves.</summary>
sealed class OtherCalls(LoggingConfigs configs, IInvocationLog log) : IInvocationSink
{
    public async Task Record(Invocation invocation, CancellationToken stop)
    {
        // Who left has no answer, and neither has the log.
        bool isOver = invocation.Usage is not null || invocation.Problem is not null;
        if (invocation.Notes is { } notes && isOver && await configs.Of(invocation.Caller.Account, stop) is not null)
        {
            await log.Write(new LoggedCall(
                invocation.Caller, notes.RequestId ?? Ids.New(24), invocation.Began, notes.Operation, notes.ModelReference ?? invocation.Model.Id,
                Input(invocation.Request, notes), invocation.Problem is null ? Output(invocation) : null, invocation.Usage?.Prompt ?? 0,
                invocation.Usage?.Completion ?? 0, notes.Metadata, invocation.Problem is { } problem ? ProblemShape.Bedrock(problem).Type : null));
        }
    }

    static JsonObject Input(GenerateRequest request, InvocationNotes notes) =>
        notes.Body is { } body ? JsonObject.Create(body)!
        : request.Messages is { } messages ? new JsonObject
        {
            ["messages"] = new JsonArray([.. messages.Select(message => message.Json is { } json
                ? JsonObject.Create(json)
                : new JsonObject { ["role"] = message.Role, ["content"] = message.Content })]),
            ["tools"] = request.Tools?.DeepClone(),
        }.WithoutNulls()
        : new JsonObject { ["prompt"] = request.Text is { } text ? text : new JsonArray([.. request.Tokens!.Select(id => JsonValue.Create(id))]) };

    static JsonObject Output(Invocation invocation) => new()
    {
        ["choices"] = new JsonArray([.. invocation.Completions.Select((completion, index) =>
        {
            var choice = new JsonObject { ["index"] = index };
            if (invocation.Request.Messages is null)
            {
                choice["text"] = completion.Text;
            }
            else
            {
                choice["message"] = new JsonObject { ["role"] = "assistant", ["content"] = completion.Text };
            }

            choice["finish_reason"] = completion.Finish == FinishReason.Length ? "length" : "stop";
            return choice;
        })]),
    };
}
