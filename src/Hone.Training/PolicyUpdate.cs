using Hone.Models;
using Hone.Tensors;
using Hone.Training.Losses;

namespace Hone.Training;

/// <summary>
/// Loss and gradients of one update over a step's rollouts: micro-batches of whole groups go forward and backward through the decoder
/// with the adapter attached. How the step is cut into micro-batches leaves no trace in the gradient.
/// </summary>
public sealed class PolicyUpdate(Decoder decoder, LoraAdapter adapter, TrainingSettings settings) : IDisposable
{
    readonly Arena _arena = decoder.Device.NewArena();

    // ℓ of each completion before the batch's first update, for a loss that corrects for another sampler.
    double[][] _old = [];

    /// <summary>What the loss saw, over the whole step.</summary>
    /// <param name="SamplerDifference">Largest |ℓ_trainer − ℓ_sampler|: 0 before the batch's first update.</param>
    public sealed record Result(PolicyMetrics Metrics, double SamplerDifference);

    /// <summary>The most memory that activations have taken, in bytes.</summary>
    public long ActivationPeak => _arena.Peak;

    /// <summary>Weight of the entropy bonus; the settings' until it is set.</summary>
    public double EntropyCoefficient { get; set; } = settings.Loss.EntropyCoefficient;

    PolicyLossSettings Loss => settings.Loss with { EntropyCoefficient = EntropyCoefficient };

    /// <summary>Leaves the gradient in the adapter's trees, ready for the optimizer.</summary>
    /// <param name="prompts">The tokens of the step's prompts.</param>
    /// <param name="rollouts">Their completions, G after G.</param>
    /// <param name="update">Which update on these rollouts it is, from 0.</param>
    public Result Accumulate(IReadOnlyList<int[]> prompts, IReadOnlyList<Rollout> rollouts, int update = 0)
    {
        int G = rollouts.Count / prompts.Count;
        var loss = Loss;
        bool[] truncated = [.. rollouts.Select(rollout => rollout.Stop == StopReason.MaxTokens)];
        var totals = StepTotals.Of(
            loss, settings.InferenceMaxTokens, [.. rollouts.Select(rollout => rollout.Tokens.Length)], truncated, prompts.Count);
        if (loss.TopEntropyQuantile < 1)
        {
            totals = totals.WithEntropies(loss, StepEntropies(prompts, rollouts, G));
        }

        _old = update == 0 ? new double[rollouts.Count][] : _old;
        var step = new Step(prompts, rollouts, G, loss, totals, new CompletionSums[rollouts.Count], KeepsOld: update == 0);
        int[] all = [.. Enumerable.Range(0, prompts.Count)];
        double difference = Math.Max(
            Run(step, [.. all.Where(g => !HasGradient(loss, rollouts, g * G, G))], records: false),
            Run(step, [.. all.Where(g => HasGradient(loss, rollouts, g * G, G))], records: true));
        bool tokenAdvantages = rollouts.Any(rollout => rollout.TokenAdvantages is not null);
        return new Result(PolicyMetrics.Of(step.Sums, loss.ClipsCompletions(tokenAdvantages)), difference);
    }

    /// <summary>For each completion, ℓ_old − ℓ_ref of its tokens: what a KL in the reward is made of.</summary>
    public double[][] ReferenceDrift(IReadOnlyList<int[]> prompts, IReadOnlyList<Rollout> rollouts)
    {
        List<double[]> drift = [];
        foreach (int[] chunk in MicroBatches.Of(prompts, rollouts, [.. Enumerable.Range(0, prompts.Count)], settings))
        {
            var part = PolicyMicroBatch.Of(prompts, rollouts, chunk, rollouts.Count / prompts.Count, firstLeaf: 0);
            double[] reference = Reference(part);
            double[] all = [.. part.SampledLogProbabilities.Select((old, i) => old - reference[i])];
            drift.AddRange(part.PerCompletion(all));
        }

        return [.. drift];
    }

    public void Dispose() => _arena.Dispose();

    // Without an advantage, a KL term or an entropy bonus every slope is 0: such a group is measured, not sent backward.
    static bool HasGradient(PolicyLossSettings loss, IReadOnlyList<Rollout> rollouts, int start, int count)
    {
        bool any = loss.KlCoefficient != 0 || loss.EntropyCoefficient != 0;
        for (int i = start; i < start + count; i++)
        {
            any |= rollouts[i].Advantage != 0 || rollouts[i].TokenAdvantages is not null;
        }

        return any;
    }

    // Assigns the sums of the groups' completions; if it records, each group has its leaf, and groups between them an empty one.
    double Run(Step step, int[] groups, bool records)
    {
        int leaf = 0;
        double difference = 0;
        foreach (int[] chunk in MicroBatches.Of(step.Prompts, step.Rollouts, groups, settings))
        {
            var part = step.Part(chunk, leaf);
            double[] reference = settings.MeasureKl || settings.Loss.KlCoefficient != 0 ? Reference(part) : [];
            var pass = Forward(part, reference, records);
            var sums = new CompletionSums[chunk.Length * step.G];
            pass.Finish(step.Loss, step.Totals, sums, step.Loss.SamplerCorrection is null ? null : Old(step, chunk, part, pass));
            step.Keep(chunk, sums);
            difference = Math.Max(difference, pass.SamplerDifference);
            leaf = chunk[^1] + 1;
        }

        return difference;
    }

    // Before the first update the policy that begins the step is the one that is trained.
    double[] Old(Step step, int[] groups, PolicyMicroBatch part, PolicyPass pass)
    {
        int[] completions = [.. groups.SelectMany(g => Enumerable.Range(g * step.G, step.G))];
        if (step.KeepsOld)
        {
            foreach (var (i, old) in completions.Zip(part.PerCompletion(pass.LogProbabilities)))
            {
                _old[i] = old;
            }
        }

        return [.. completions.SelectMany(i => _old[i])];
    }

    PolicyPass Forward(PolicyMicroBatch part, double[] reference, bool records)
    {
        _arena.Reset();
        return new PolicyPass(decoder, _arena, part, settings.Temperature, reference, records, settings.CheckpointLayers ?? 0, EntropyCoefficient != 0);
    }

    // The reference is the same model without its adapter.
    double[] Reference(PolicyMicroBatch part)
    {
        decoder.Attach(null);
        var pass = Forward(part, [], records: false);
        decoder.Attach(adapter);
        return pass.LogProbabilities;
    }

    // A quantile runs over the whole step, so it needs a forward pass of its own.
    double[] StepEntropies(IReadOnlyList<int[]> prompts, IReadOnlyList<Rollout> rollouts, int G)
    {
        List<double> entropies = [];
        foreach (int[] chunk in MicroBatches.Of(prompts, rollouts, [.. Enumerable.Range(0, prompts.Count)], settings))
        {
            var pass = Forward(PolicyMicroBatch.Of(prompts, rollouts, chunk, G, firstLeaf: 0), [], records: false);
            entropies.AddRange(pass.TrainedEntropies(settings.Loss.MaskTruncated));
        }

        return [.. entropies];
    }

    sealed record Step(
        IReadOnlyList<int[]> Prompts, IReadOnlyList<Rollout> Rollouts, int G, PolicyLossSettings Loss, StepTotals Totals, CompletionSums[] Sums,
        bool KeepsOld)
    {
        public PolicyMicroBatch Part(int[] groups, int firstLeaf) => PolicyMicroBatch.Of(Prompts, Rollouts, groups, G, firstLeaf);

        public void Keep(int[] groups, CompletionSums[] sums)
        {
            for (int i = 0; i < groups.Length; i++)
            {
                sums.AsSpan(i * G, G).CopyTo(Sums.AsSpan(groups[i] * G));
            }
        }
    }
}
