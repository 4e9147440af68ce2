using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Models.Sampling;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.Chat;

/// <summary>Reads how tokens are drawn: what chat completions, responses and completions share.</summary>
/// <remarks>Beside OpenAI's keys: <c>top_k</c>, <c>min_p</c>, <c>repetition_penalty</c>.</remarks>
static class SamplingReader
{
    // Below, a logit divided by the temperature leaves the range of float32; the limit is the likeliest token anyway.
    const double Greedy = 1e-5;
    const int MostStops = 4, MostBiases = 1024;

    /// <summary>A request without a prompt.</summary>
    public static GenerateRequest Read(JsonForm form) => new()
    {
        Model = "",
        Sampling = Sampling(form),
        PresencePenalty = (float)(form.Number("presence_penalty", -2, 2) ?? 0),
        FrequencyPenalty = (float)(form.Number("frequency_penalty", -2, 2) ?? 0),
        LogitBias = Bias(form),
        Stop = Stops(form),
        Seed = Seed(form),
    };

    static SamplingSettings Sampling(JsonForm form)
    {
        double temperature = form.Number("temperature", 0, 2) ?? 1, topP = form.Number("top_p", 0, 1) ?? 1;
        return new()
        {
            Temperature = temperature < Greedy ? 0 : (float)temperature,
            TopP = Math.Max((float)topP, float.Epsilon),
            TopK = form.Count("top_k", 0, int.MaxValue) ?? 0,
            MinP = (float)(form.Number("min_p", 0, 1) ?? 0),
            RepetitionPenalty = (float)(form.Number("repetition_penalty", 0.01, 100) ?? 1),
        };
    }

    // The same bits for a negative one; nothing is drawn from without a seed.
    static ulong Seed(JsonForm form) => form.Integer("seed") is { } seed
        ? unchecked((ulong)seed)
        : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    static string[] Stops(JsonForm form)
    {
        string[] stops = form.Any("stop") switch
        {
            { ValueKind: JsonValueKind.String } => [form.Text("stop")!],
            _ => [.. form.Items("stop", MostStops).Select(stop => stop.ValueKind == JsonValueKind.String ? stop.GetString()! : "")],
        };
        if (stops.Contains(""))
        {
            form.Wrong("stop", $"{form.At("stop")} needs to be a text, or a list of {MostStops} at most; none of them empty.");
        }

        return stops;
    }

    static Dictionary<int, float> Bias(JsonForm form)
    {
        var bias = new Dictionary<int, float>();
        if (form.Any("logit_bias") is not { } given)
        {
            return bias;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            form.WrongType("logit_bias", given, "an object of numbers by token id");
            return bias;
        }

        foreach (var pair in given.EnumerateObject())
        {
            if (int.TryParse(pair.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int token)
                && pair.Value.ValueKind == JsonValueKind.Number && pair.Value.TryGetSingle(out float number) && number is >= -100 and <= 100)
            {
                bias[token] = number;
            }
            else
            {
                form.Wrong(
                    "logit_bias",
                    $"{form.At("logit_bias")} has '{pair.Name}': {SentJson.Show(pair.Value)}, but needs token ids with numbers from -100 to 100.");
            }
        }

        if (bias.Count > MostBiases)
        {
            form.Wrong("logit_bias", $"{form.At("logit_bias")} has {bias.Count} tokens, but may have {MostBiases} at most.");
        }

        return bias;
    }

    /// <summary>What the chat template is told beside messages and tools; null: nothing.</summary>
    public static JsonObject? TemplateArguments(JsonForm form, string? effort)
    {
        var arguments = new JsonObject();
        if (form.Any("chat_template_kwargs") is { } given)
        {
            if (given.ValueKind == JsonValueKind.Object)
            {
                arguments = JsonObject.Create(given.Clone())!;
            }
            else
            {
                form.WrongType("chat_template_kwargs", given, "an object of names that the chat template reads");
            }
        }

        if (effort is not null)
        {
            arguments.TryAdd("reasoning_effort", effort);
        }

        return arguments.Count > 0 ? arguments : null;
    }

    public static string? Effort(JsonForm form, string key) => form.Choice(key, "none", "minimal", "low", "medium", "high", "xhigh");
}
