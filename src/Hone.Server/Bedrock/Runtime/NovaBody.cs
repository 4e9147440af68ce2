using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Bedrock.Reading;

namespace Hone.Server.Bedrock.Runtime;

/// <summary><c>{"messages":[{"role","content":[{"text"}]}],"system","inferenceConfig","toolConfig"}</c>: Converse's form in InvokeModel.</summary>
sealed class NovaBody(GenerateRequest request) : IModelBody
{
    readonly ConverseEvents _events = new(request.Tools is not null);
    bool _begun;

    public GenerateRequest Request => request;

    public static NovaBody Read(Form form)
    {
        form.Choice("schemaVersion", "messages-v1");
        var plain = form.Object("inferenceConfig", config =>
        {
            if (!config.Has("maxTokens"))
            {
                return ConverseForm.Inference(config, "topK") with { MaxTokens = (int?)config.Whole("max_new_tokens", 1, int.MaxValue) };
            }

            return ConverseForm.Inference(config, "topK");
        });
        return new(ConverseForm.Asked(form, ConverseForm.Sampled(plain ?? ConverseForm.Plain(), form)));
    }

    public JsonObject Whole(WholeAnswer answer) => ConverseAnswer.Whole(answer, request.Tools is not null);

    public IEnumerable<JsonObject> Chunks(GeneratedPiece piece)
    {
        IEnumerable<(string Type, JsonObject Payload)> events = [.. _begun ? [] : ConverseEvents.Begin(), .. _events.Add(piece)];
        _begun = true;
        if (piece.Finish is { } finish)
        {
            events = events.Concat(_events.End(finish));
        }

        if (piece.Usage is { } usage)
        {
            events = events.Append(("metadata", new JsonObject { ["usage"] = ConverseAnswer.Usage(usage) }));
        }

        return events.Select(one => new JsonObject { [one.Type] = one.Payload });
    }
}
