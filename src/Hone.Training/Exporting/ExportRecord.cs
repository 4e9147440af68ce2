using System.Text.Json.Nodes;
using Hone.Models;
using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Text;

namespace Hone.Training.Exporting;

/// <summary>
/// What a decoder computes for given sequences, in files that other programs can be compared with: case.json (ids, greedy continuation, its
/// leads and texts) and expected.safetensors (<c>logits.i</c> [T, V], <c>logprobs.i</c> [T − 1]).
/// </summary>
public static class ExportRecord
{
    const int GreedyTokens = 24;

    /// <param name="tokenizer">Null: the file then has no texts.</param>
    public static void Write(string folder, Decoder decoder, IReadOnlyList<int[]> sequences, Tokenizer? tokenizer)
    {
        Directory.CreateDirectory(folder);
        var cases = new JsonArray();
        List<TensorContent> tensors = [];
        float[][] logProbabilities = SequenceScores.LogProbabilities(decoder, sequences);
        int V = decoder.Config.VocabularySize;
        for (int i = 0; i < sequences.Count; i++)
        {
            int[] ids = sequences[i], greedy = Continue(decoder, ids);
            float[] logits = SequenceScores.Logits(decoder, [.. ids, .. greedy]);
            cases.Add(Case(ids, greedy, [.. greedy.Select((_, t) => Lead(logits.AsSpan((ids.Length - 1 + t) * V, V)))], tokenizer));
            tensors.Add(TensorContent.F32($"logits.{i}", [ids.Length, V], logits.AsMemory(0, ids.Length * V)));
            tensors.Add(TensorContent.F32($"logprobs.{i}", [ids.Length - 1], logProbabilities[i]));
        }

        File.WriteAllText(Path.Combine(folder, "case.json"), new JsonObject { ["sequences"] = cases }.ToJsonString());
        SafetensorsWriter.Write(Path.Combine(folder, "expected.safetensors"), tensors);
    }

    static int[] Continue(Decoder decoder, int[] ids)
    {
        int room = Math.Min(GreedyTokens, decoder.Config.MaxPositions - ids.Length);
        if (room < 1)
        {
            return [];
        }

        using var generator = new Generator(decoder, 1);
        var request = new GenerationRequest
        {
            Prompt = ids,
            MaxTokens = room,
            Sampling = new SamplingSettings { Temperature = 0 },
            Key = new RandomKey(1, RandomPurpose.Completions, 0, 0),
            EndTokens = [],
        };
        return generator.Generate([request])[0][0].Tokens;
    }

    static JsonObject Case(int[] ids, int[] greedy, float[] leads, Tokenizer? tokenizer)
    {
        var one = new JsonObject { ["ids"] = Numbers(ids), ["greedy"] = Numbers(greedy), ["leads"] = new JsonArray([.. leads.Select(lead => JsonValue.Create(lead))]) };
        if (tokenizer is not null)
        {
            one["text"] = tokenizer.Decode(ids, skipSpecial: true);
            one["greedy_text"] = tokenizer.Decode(greedy);
        }

        return one;
    }

    static JsonArray Numbers(int[] ids) => new([.. ids.Select(id => JsonValue.Create(id))]);

    // How far the likeliest token is ahead of the next.
    static float Lead(ReadOnlySpan<float> logits)
    {
        float first = float.NegativeInfinity, second = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            (first, second) = logit > first ? (logit, first) : (first, MathF.Max(second, logit));
        }

        return first - second;
    }
}
