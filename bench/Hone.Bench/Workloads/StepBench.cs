using System.Diagnostics;
using System.Text.Json.Nodes;
using Hone.Bench.Probes;
using Hone.Models.Generation;
using Hone.Tensors;
using Hone.Tensors.Measurement;

namespace Hone.Bench.Workloads;

/// <summary>Where a reinforcement step goes: sampling, forward, backward, head and optimizer, kernel by kernel.</summary>
public sealed record StepBench(MeasuredModel Model, StepShape Step, AdapterSetup Adapter)
{
    public void Run(BenchSession session)
    {
        var device = new MeasuredDevice(new CpuDevice(session.Workers, Model.Compute));
        using var decoder = Model.Open(device);
        using var step = new TrainingStep(decoder, Step, Adapter) { Phase = phase => device.Clock.Phase = phase };
        using var generator = new Generator(decoder, Step.Groups * Step.GroupSize);
        device.HeadWeights = decoder.Head.Packed;
        device.Watch(step.Trained);
        GenerationRequest[] requests = [.. step.Prompts.Select((prompt, g) =>
            DecodeBench.Request(decoder, Step.Prompt, Step.GroupSize, Step.Completion, seed: g + 1) with { Prompt = prompt })];
        session.Report("step", Step.AddTo(Adapter.AddTo(Model.Parameters())), () => Once(device, generator, requests, step), Figures);
    }

    /// <summary>One step: what every phase took, and within it every operation.</summary>
    sealed record Profile(
        IReadOnlyList<(string Phase, double Seconds)> Phases, IReadOnlyList<OperationTotal> Operations, long AllocatedBytes, int Collections)
    {
        public double Seconds => Phases.Sum(phase => phase.Seconds);
    }

    static Profile Once(MeasuredDevice device, Generator generator, GenerationRequest[] requests, TrainingStep step)
    {
        device.Clock.Clear();
        device.Clock.Phase = MeasuredDevice.SamplingPhase;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        int collections = GC.CollectionCount(0);
        long start = Stopwatch.GetTimestamp();
        var completions = generator.Generate(requests);
        double sampling = Stopwatch.GetElapsedTime(start).TotalSeconds;
        step.Take([.. completions.SelectMany(group => group).Select(completion => (completion.Tokens, completion.LogProbabilities))]);
        var training = step.Run();
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new(
            [
                (MeasuredDevice.SamplingPhase, sampling), ("forward", training.Forward), ("backward", training.Backward),
                ("optimizer", training.Optimizer),
            ],
            device.Clock.Totals, allocated, GC.CollectionCount(0) - collections);
    }

    JsonObject Figures(IReadOnlyList<Profile> profiles, Limits limits)
    {
        var seconds = Spread.OfSeconds(profiles.Select(profile => profile.Seconds));
        var middle = profiles.OrderBy(profile => profile.Seconds).ElementAt((profiles.Count - 1) / 2);
        return new()
        {
            ["seconds"] = seconds.ToJson(),
            ["tokens_per_s"] = seconds.RateOf(Step.Tokens).ToJson(),
            ["allocated_bytes"] = middle.AllocatedBytes,
            ["collections"] = middle.Collections,
            ["phases"] = new JsonArray([.. middle.Phases.Select(phase => new JsonObject
            {
                ["phase"] = phase.Phase,
                ["seconds"] = Spread.Round(phase.Seconds),
                ["share"] = Spread.Round(phase.Seconds / middle.Seconds),
            })]),
            ["kernels"] = new JsonArray([
                .. middle.Operations.Select(total => Kernel(total, middle.Seconds, limits)),
                .. middle.Phases.Select(phase => Outside(phase, middle)),
            ]),
        };
    }

    static JsonObject Kernel(OperationTotal total, double stepSeconds, Limits limits)
    {
        double arithmetic = limits.ArithmeticSeconds(total.Cost), memory = total.Cost.Bytes / limits.MemoryBytes;
        return new()
        {
            ["phase"] = total.Phase,
            ["kernel"] = KernelName(total.Operation),
            ["calls"] = total.Calls,
            ["seconds"] = Spread.Round(total.Seconds),
            ["share"] = Spread.Round(total.Seconds / stepSeconds),
            ["gflops"] = Spread.Round(total.Cost.Flops / total.Seconds / 1e9),
            ["gbs"] = Spread.Round(total.Cost.Bytes / total.Seconds / 1e9),
            ["limit"] = total.Cost == default ? null : arithmetic >= memory ? "arithmetic" : "memory",
            ["share_of_limit"] = Spread.Round(Math.Max(arithmetic, memory) / total.Seconds),
            ["allocated_bytes"] = total.AllocatedBytes,
        };
    }

    // What a phase spends in no operation of the device. The head runs inside forward and backward, so it has no rest of its own.
    static JsonObject Outside((string Phase, double Seconds) phase, Profile profile)
    {
        double inside = profile.Operations.Where(total => total.Phase == phase.Phase).Sum(total => total.Seconds);
        return new()
        {
            ["phase"] = phase.Phase,
            ["kernel"] = phase.Phase is "forward" or "backward" ? "rest, with the head" : "rest",
            ["seconds"] = Spread.Round(phase.Seconds - inside),
            ["share"] = Spread.Round((phase.Seconds - inside) / profile.Seconds),
        };
    }

    // LinearInputGradient -> linear-input-gradient
    static string KernelName(Operation operation) =>
        string.Concat(operation.ToString().Select((letter, i) => char.IsUpper(letter) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(letter) : letter.ToString()));
}
