using System.Diagnostics;
using Hone.Models.Generation;

namespace Hone.Bench.Workloads;

/// <summary>Processing of one prompt up to its first drawn token: logits of the last position alone.</summary>
public sealed record PromptBench(MeasuredModel Model, IReadOnlyList<int> Lengths)
{
    public void Run(BenchSession session)
    {
        using var decoder = Model.Open(session.Workers);
        using var generator = new Generator(decoder, batch: 1);
        foreach (int length in Lengths)
        {
            var request = DecodeBench.Request(decoder, length, count: 1, maxTokens: 1);
            var parameters = Model.Parameters();
            parameters["prompt"] = length;
            session.Report("prompt", parameters, () => Once(generator, request), (calls, limits) =>
            {
                var seconds = Spread.OfSeconds(calls);
                var cost = DecoderCost.Products(decoder, length, headRows: 1);
                return new()
                {
                    ["seconds"] = seconds.ToJson(),
                    ["tokens_per_s"] = seconds.RateOf(length).ToJson(),
                    ["share_of_peak"] = Spread.Round(limits.ArithmeticSeconds(cost) / seconds.Median),
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
