using System.Diagnostics;
using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Tensors;

namespace Hone.Training;

/// <summary>Samples k completions of every prompt and grades them. The same random numbers for every model: comparisons are paired.</summary>
public sealed class Evaluator(RolloutSampler sampler, ulong seed, int samplesPerPrompt, int maxTokens, SamplingSettings sampling)
{
    /// <summary>Tokens that no answer may begin with.</summary>
    public IReadOnlyList<int> BannedFirstTokens { get; init; } = [];

    /// <summary>Names the weights that answer: <see cref="Occasion.Policy"/>.</summary>
    public string Policy { get; set; } = "";

    /// <param name="name">"validation", "base", "tuned", …</param>
    /// <param name="step">Updates made before.</param>
    public Evaluation Run(string name, int step, IReadOnlyList<PreparedPrompt> prompts, IRunObserver? observer, CancellationToken stop)
    {
        observer?.Phase(name == "validation" ? name : $"evaluation: {name}", step);
        var watch = Stopwatch.StartNew();
        var key = new RandomKey(seed, RandomPurpose.Evaluation, 0, 0);
        var settings = new RolloutSampler.Settings(samplesPerPrompt, maxTokens, sampling, key) { BannedFirstTokens = BannedFirstTokens };
        var (rollouts, _, _) = sampler.Sample(
            prompts, settings, new Occasion(name, step, Policy), observer is null ? null : observer.Progress, stop);
        return new Evaluation(name, step, rollouts, watch.Elapsed.TotalSeconds);
    }
}
