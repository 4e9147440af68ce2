using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Models.Sampling;
using Hone.Server.Bedrock.Reading;
using Hone.Text;

namespace Hone.Server.Bedrock.Runtime;

/// <summary>Converse's body as a request to the engine.</summary>
static class ConverseForm
{
    const int MostStopSequences = 2500;

    public static GenerateRequest Read(Form form)
    {
        form.Refuse("guardrailConfig", "is not offered here; leave it out");
        form.Refuse("promptVariables", "belongs to prompts of prompt management, which are not offered here");
        form.Ignore("performanceConfig", "serviceTier", "additionalModelResponseFieldPaths", "requestMetadata");
        var request = Sampled(form.Object("inferenceConfig", config => Inference(config, "topK")) ?? Plain(), form);
        var schema = form.Object("outputConfig", Format);
        var asked = Asked(form, request);
        return asked with { Schema = asked.Schema ?? schema };
    }

    /// <summary>The part that CountTokens has, too: conversation and tools.</summary>
    public static GenerateRequest Asked(Form form, GenerateRequest request)
    {
        form.Require("messages", "a list of messages");
        List<ChatMessage> messages = [.. ConverseMessages.System(form)];
        int before = messages.Count;
        messages.AddRange(ConverseMessages.Read(form));
        if (messages.Count == before && form.Has("messages"))
        {
            form.Problem($"{form.At("messages")} holds no message, but a conversation needs one of the user.");
        }

        if (messages.Count > before && messages[^1].Role == "assistant")
        {
            form.Problem(
                $"{form.At("messages")} ends with the assistant's turn, but needs to end with the user's: an answer cannot be begun for the model.");
        }

        var (tools, forced) = form.Object<ToolChoice>("toolConfig", ConverseTools.Read) ?? new(null, null);
        return request with { Messages = messages, Tools = tools, Schema = forced };
    }

    /// <summary>Fields that the model's family would have beside Converse's own.</summary>
    public static GenerateRequest Sampled(GenerateRequest request, Form form) =>
        form.Object("additionalModelRequestFields", more => Extra(request, more)) ?? request;

    public static GenerateRequest Plain() => new() { Model = "", Seed = (ulong)Random.Shared.NextInt64() };

    public static GenerateRequest Inference(Form config, string? topK)
    {
        double temperature = config.Number("temperature", 0, 1) ?? 1, topP = config.Number("topP", 0, 1) ?? 1;
        return Plain() with
        {
            MaxTokens = (int?)config.Whole("maxTokens", 1, int.MaxValue),
            Stop = config.Texts("stopSequences", 0, MostStopSequences),
            Sampling = Sampling(temperature, topP) with { TopK = topK is null ? 0 : (int)(config.Whole(topK, 0, int.MaxValue) ?? 0) },
        };
    }

    /// <summary>A share of 0 leaves the likeliest token alone, as a temperature of 0 does.</summary>
    public static SamplingSettings Sampling(double temperature, double topP) =>
        topP <= 0 ? new() { Temperature = 0 } : new() { Temperature = (float)temperature, TopP = (float)topP };

    public static JsonObject? Effort(Form form) =>
        form.Choice("reasoning_effort", "low", "medium", "high") is { } effort ? new() { ["reasoning_effort"] = effort } : null;

    static GenerateRequest Extra(GenerateRequest request, Form more) => request with
    {
        Seed = (ulong?)more.Whole("seed", 0, long.MaxValue) ?? request.Seed,
        PresencePenalty = (float)(more.Number("presence_penalty", -2, 2) ?? 0),
        FrequencyPenalty = (float)(more.Number("frequency_penalty", -2, 2) ?? 0),
        TemplateArguments = Effort(more),
        Sampling = request.Sampling with
        {
            TopK = (int)(more.Whole("top_k", 0, int.MaxValue) ?? request.Sampling.TopK),
            MinP = (float)(more.Number("min_p", 0, 1) ?? 0),
            RepetitionPenalty = (float)(more.Number("repetition_penalty", 0.01, 10) ?? 1),
        },
    };

    static JsonNode? Format(Form config)
    {
        config.Choice("effort", "low", "medium", "high", "max");
        return config.Object("textFormat", format =>
        {
            format.Require("type", "\"json_schema\"");
            format.Choice("type", "json_schema");
            format.Require("structure", "an object with jsonSchema");
            return format.Object("structure", structure =>
            {
                structure.RequireOneOf("jsonSchema");
                return structure.Object("jsonSchema", Schema);
            });
        });
    }

    static JsonNode? Schema(Form definition)
    {
        definition.Text("name");
        definition.Text("description");
        string text = definition.RequiredText("schema");
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            definition.Problem($"{definition.At("schema")} is no JSON Schema, because it is no JSON: {e.Message.Split(" LineNumber:")[0]}");
            return null;
        }
    }
}
