using System.Diagnostics;
using System.Text.Json.Nodes;
using Hone.Models.Generation;
using Hone.Tensors;

namespace Hone.Bench.Workloads;

/// <summary>Processing of one prompt up to its first drawn token: logits of the last position alone.</summary>
public sealed record PromptBench(ModelShape Shape, ElementType Weights, IReadOnlyList<int> Lengths)
{
    public void Run(BenchSession session)
    {
        using var decoder = Shape.Open(new CpuDevice(session.Workers), Weights);
        using var generator = new Generator(decoder, batch: 1);
        foreach (int length in Lengths)
        {
            var request = DecodeBench.Request(decoder, length, count: 1, maxTokens: 1);
            var parameters = new JsonObject
            {
                ["shape"] = Shape.Name,
                ["weights"] = GemmBench.NameOf(Weights),
                ["compute"] = "f32",
                ["prompt"] = length,
            };
            session.Report("prompt", parameters, () => Once(generator, request), (calls, limits) =>
            {
                var seconds = Spread.OfSeconds(calls);
                var cost = DecoderCost.Products(decoder, length, headRows: 1);
                return new()
                {
                    ["seconds"] = seconds.ToJson(),
                    ["tokens_per_s"] = seconds.RateOf(length).ToJson(),
                    ["share_of_fma"] = Spread.Round(cost.Flops / seconds.Median / limits.FmaFlops),
                };
            });
        }
    }

    static double Once(Generator generator, GenerationRequest request)
    {
        long start = Stopwatch.GetTimestamp();
        generator.Generate([request]);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
