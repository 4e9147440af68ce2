using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Bedrock.Reading;

namespace Hone.Server.Bedrock.Runtime;

/// <summary><c>{"prompt","max_gen_len","temperature","top_p"}</c>: a raw prompt, marks of the template included.</summary>
sealed class LlamaBody(GenerateRequest request) : IModelBody
{
    public GenerateRequest Request => request;

    public static LlamaBody Read(Form form)
    {
        double temperature = form.Number("temperature", 0, 2) ?? 1, topP = form.Number("top_p", 0, 1) ?? 1;
        return new(ConverseForm.Plain() with
        {
            Text = form.RequiredText("prompt"),
            MaxTokens = (int?)form.Whole("max_gen_len", 1, int.MaxValue),
            Seed = (ulong?)form.Whole("seed", 0, long.MaxValue) ?? ConverseForm.Plain().Seed,
            Stop = form.Texts("stop", 0, 16),
            Sampling = ConverseForm.Sampling(temperature, topP),
        });
    }

    public JsonObject Whole(WholeAnswer answer) => new()
    {
        ["generation"] = answer.First.Text,
        ["prompt_token_count"] = answer.Usage.Prompt,
        ["generation_token_count"] = answer.Usage.Completion,
        ["stop_reason"] = Reason(answer.First.Finish),
    };

    public IEnumerable<JsonObject> Chunks(GeneratedPiece piece) =>
    [
        new()
        {
            ["generation"] = piece.Text,
            ["prompt_token_count"] = piece.Usage is { } usage ? usage.Prompt : null,
            ["generation_token_count"] = piece.Usage is { } all ? all.Completion : null,
            ["stop_reason"] = piece.Finish is { } finish ? Reason(finish) : null,
        },
    ];

    static string Reason(FinishReason finish) => finish == FinishReason.Length ? "length" : "stop";
}
