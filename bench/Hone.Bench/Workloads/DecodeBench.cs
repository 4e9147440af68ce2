using System.Diagnostics;
using System.Text.Json.Nodes;
using Hone.Bench.Probes;
using Hone.Models;
using Hone.Models.Generation;
using Hone.Tensors;

namespace Hone.Bench.Workloads;

/// <summary>
/// Sampling of several completions of one prompt, at temperature 1 over the whole vocabulary. The prompt is computed once; decoding is what
/// follows the first token of every completion.
/// </summary>
public sealed record DecodeBench(MeasuredModel Model, IReadOnlyList<int> Batches, int Prompt, int New)
{
    public void Run(BenchSession session)
    {
        using var decoder = Model.Open(session.Workers);
        foreach (int batch in Batches)
        {
            using var generator = new Generator(decoder, batch);
            var request = Request(decoder, Prompt, batch, New);

            // Compiles every kernel and touches the memory, at the price of two tokens.
            generator.Generate([request with { MaxTokens = 2 }]);
            var parameters = Parameters(batch);
            session.Report("decode", parameters, () => Once(generator, request), (calls, limits) => Figures(decoder, batch, calls, limits));
        }
    }

    /// <summary>Completions of random tokens that end at their length alone.</summary>
    internal static GenerationRequest Request(Decoder decoder, int prompt, int count, int maxTokens, int seed = 1) => new()
    {
        Prompt = RandomTokens.Of(prompt, decoder.Config.VocabularySize, seed),
        Count = count,
        MaxTokens = maxTokens,
        Key = new RandomKey(1, RandomPurpose.Completions, 0, (uint)seed),
        EndTokens = [],
    };

    JsonObject Parameters(int batch)
    {
        var parameters = Model.Parameters();
        parameters["batch"] = batch;
        parameters["prompt"] = Prompt;
        parameters["new"] = New;
        return parameters;
    }

    static (double Prompt, double Decode) Once(Generator generator, GenerationRequest request)
    {
        int drawn = 0;
        long began = Stopwatch.GetTimestamp(), firstTokens = began;
        generator.Generate([request with
        {
            OnToken = (_, _) =>
            {
                if (++drawn == request.Count)
                {
                    firstTokens = Stopwatch.GetTimestamp();
                }
            },
        }]);
        return (Stopwatch.GetElapsedTime(began, firstTokens).TotalSeconds, Stopwatch.GetElapsedTime(firstTokens).TotalSeconds);
    }

    JsonObject Figures(Decoder decoder, int batch, IReadOnlyList<(double Prompt, double Decode)> calls, Limits limits)
    {
        var decode = Spread.OfSeconds(calls.Select(call => call.Decode));
        var prompt = Spread.OfSeconds(calls.Select(call => call.Prompt));
        int steps = New - 1;
        var cost = DecoderCost.Products(decoder, batch, headRows: batch);
        return new()
        {
            ["seconds"] = decode.ToJson(),
            ["tokens_per_s"] = decode.RateOf((double)batch * steps).ToJson(),
            ["prompt_seconds"] = prompt.ToJson(),
            ["prompt_tokens_per_s"] = prompt.RateOf(Prompt).ToJson(),
            ["weight_gbs"] = Spread.Round(cost.Bytes * steps / decode.Median / 1e9),
            ["share_of_read"] = Spread.Round(cost.Bytes * steps / decode.Median / limits.MemoryBytes),
            ["share_of_peak"] = Spread.Round(limits.ArithmeticSeconds(cost) * steps / decode.Median),
        };
    }
}
