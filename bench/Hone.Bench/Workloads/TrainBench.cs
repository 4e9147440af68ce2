using System.Text.Json.Nodes;
using Hone.Bench.Machine;
using Hone.Bench.Probes;
using Hone.Tensors;

namespace Hone.Bench.Workloads;

/// <summary>A LoRA policy-gradient step: log-probabilities over the whole vocabulary, forward and backward. AdamW's seconds stand apart.</summary>
/// <param name="Checkpoint">Layers keep no activations and compute them again.</param>
public sealed record TrainBench(ModelShape Shape, ElementType Weights, StepShape Step, int Rank, bool Checkpoint)
{
    public void Run(BenchSession session)
    {
        session.ProbeAside();
        using var decoder = Shape.Open(new CpuDevice(session.Workers), Weights);
        using var step = new TrainingStep(decoder, Step, Rank, Checkpoint);
        GC.Collect();
        bool peakIsOwn = ResidentMemory.ResetPeak();
        long? before = ResidentMemory.Current;
        step.ScoreRollouts();
        var (calls, otherLoad) = session.Measure(step.Run);
        long? peak = peakIsOwn ? ResidentMemory.Peak : null;
        session.Report("train", Parameters(), otherLoad, limits => Figures(decoder, step, calls, limits, before, peak));
    }

    JsonObject Parameters() => new()
    {
        ["shape"] = Shape.Name,
        ["weights"] = GemmBench.NameOf(Weights),
        ["compute"] = "f32",
        ["groups"] = Step.Groups,
        ["group_size"] = Step.GroupSize,
        ["prompt"] = Step.Prompt,
        ["completion"] = Step.Completion,
        ["groups_per_micro_batch"] = Step.GroupsPerMicroBatch,
        ["rank"] = Rank,
        ["checkpoint"] = Checkpoint ? "all" : "none",
    };

    JsonObject Figures(
        Models.Decoder decoder, TrainingStep step, IReadOnlyList<TrainingStep.Seconds> calls, Limits limits, long? before, long? peak)
    {
        var seconds = Spread.OfSeconds(calls.Select(call => call.Forward + call.Backward));
        double flops = 2 * DecoderCost.Products(decoder, Step.Rows, (long)Step.Groups * Step.GroupSize * Step.Completion).Flops;
        return new()
        {
            ["tokens"] = Step.Tokens,
            ["rows"] = Step.Rows,
            ["seconds"] = seconds.ToJson(),
            ["forward_s"] = Spread.Round(Spread.MedianOf([.. calls.Select(call => call.Forward)])),
            ["backward_s"] = Spread.Round(Spread.MedianOf([.. calls.Select(call => call.Backward)])),
            ["optimizer_s"] = Spread.Round(Spread.MedianOf([.. calls.Select(call => call.Optimizer)])),
            ["tokens_per_s"] = seconds.RateOf(Step.Tokens).ToJson(),
            ["trained_parameters"] = step.Trained.Sum(parameter => (long)parameter.Rows * parameter.Columns),
            ["base_product_gflops"] = Spread.Round(flops / seconds.Median / 1e9),
            ["share_of_fma"] = Spread.Round(flops / seconds.Median / limits.FmaFlops),
            ["rss_before_gb"] = Gigabytes(before),
            ["peak_rss_gb"] = Gigabytes(peak),
            ["arena_gb"] = Gigabytes(step.ArenaBytes),
        };
    }

    // Powers of ten, as the targets count.
    static JsonValue? Gigabytes(long? bytes) => bytes is { } known ? JsonValue.Create(Spread.Round(known / 1e9)) : null;
}
