using System.Text.Json.Nodes;
using Hone.Bench.Probes;
using Hone.Tensors.Measurement;

namespace Hone.Bench.Workloads;

/// <summary>A LoRA policy-gradient step: log-probabilities over the whole vocabulary, forward and backward. AdamW's seconds stand apart.</summary>
public sealed record TrainBench(MeasuredModel Model, StepShape Step, AdapterSetup Adapter)
{
    public void Run(BenchSession session)
    {
        session.ProbeAside();
        using var decoder = Model.Open(session.Workers);
        using var step = new TrainingStep(decoder, Step, Adapter);
        GC.Collect();
        bool peakIsOwn = ResidentMemory.ResetPeak();
        long? before = ResidentMemory.Current;
        step.ScoreRollouts();
        var (calls, otherLoad) = session.Measure(step.Run);
        long? peak = peakIsOwn ? ResidentMemory.Peak : null;
        session.Report("train", Step.AddTo(Adapter.AddTo(Model.Parameters())), otherLoad, limits => Figures(decoder, step, calls, limits, before, peak));
    }

    JsonObject Figures(
        Models.Decoder decoder, TrainingStep step, IReadOnlyList<TrainingStep.Seconds> calls, Limits limits, long? before, long? peak)
    {
        var seconds = Spread.OfSeconds(calls.Select(call => call.Forward + call.Backward));
        var forward = DecoderCost.Products(decoder, Step.Rows, (long)Step.Groups * Step.GroupSize * Step.Completion);
        var cost = forward + forward;
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
            ["base_product_gflops"] = Spread.Round(cost.Flops / seconds.Median / 1e9),
            ["share_of_peak"] = Spread.Round(limits.ArithmeticSeconds(cost) / seconds.Median),
            ["rss_before_gb"] = Gigabytes(before),
            ["peak_rss_gb"] = Gigabytes(peak),
            ["arena_gb"] = Gigabytes(step.ArenaBytes),
        };
    }

    // Powers of ten, as the targets count.
    static JsonValue? Gigabytes(long? bytes) => bytes is { } known ? JsonValue.Create(Spread.Round(known / 1e9)) : null;
}
