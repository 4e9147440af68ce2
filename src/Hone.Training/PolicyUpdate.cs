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

    /// <summary>What the loss saw, over the whole step.</summary>
    /// <param name="SamplerDifference">Largest |ℓ_trainer − ℓ_sampler|: 0 before the batch's first update.</param>
    public sealed record Result(PolicyMetrics Metrics, double SamplerDifference);

    /// <summary>The most memory that activations have taken, in bytes.</summary>
    public long ActivationPeak => _arena.Peak;

    /// <summary>Leaves the gradient in the adapter's trees, ready for the optimizer.</summary>
    /// <param name="prompts">The tokens of the step's prompts.</param>
    /// <param name="rollouts">Their completions, G after G.</param>
    public Result Accumulate(IReadOnlyList<int[]> prompts, IReadOnlyList<Rollout> rollouts)
    {
        int G = rollouts.Count / prompts.Count;
        bool[] truncated = [.. rollouts.Select(rollout => rollout.Stop == StopReason.MaxTokens)];
        var totals = StepTotals.Of(
            settings.Loss, settings.InferenceMaxTokens, [.. rollouts.Select(rollout => rollout.Tokens.Length)], truncated);
        if (settings.Loss.TopEntropyQuantile < 1)
        {
            totals = totals.WithEntropies(settings.Loss, StepEntropies(prompts, rollouts, G));
        }

        var sums = new CompletionSums[rollouts.Count];
        int[] all = [.. Enumerable.Range(0, prompts.Count)];
        var step = new Step(prompts, rollouts, G, totals, sums);
        double difference = Math.Max(
            Run(step, [.. all.Where(g => !HasGradient(rollouts, g * G, G))], records: false),
            Run(step, [.. all.Where(g => HasGradient(rollouts, g * G, G))], records: true));
        bool wholeCompletions = settings.Loss.ImportanceLevel == ImportanceLevel.Sequence;
        return new Result(PolicyMetrics.Of(sums, wholeCompletions), difference);
    }

    public void Dispose() => _arena.Dispose();

    // Without an advantage, a KL term or an entropy bonus every slope is 0: such a group is measured, not sent backward.
    bool HasGradient(IReadOnlyList<Rollout> rollouts, int start, int count)
    {
        bool any = settings.Loss.KlCoefficient != 0 || settings.Loss.EntropyCoefficient != 0;
        for (int i = start; i < start + count; i++)
        {
            any |= rollouts[i].Advantage != 0;
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
            pass.Finish(settings.Loss, step.Totals, sums);
            step.Keep(chunk, sums);
            difference = Math.Max(difference, pass.SamplerDifference);
            leaf = chunk[^1] + 1;
        }

        return difference;
    }

    PolicyPass Forward(PolicyMicroBatch part, double[] reference, bool records)
    {
        _arena.Reset();
        return new PolicyPass(decoder, _arena, part, settings.Temperature, reference, records, settings.CheckpointLayers ?? 0, settings.Loss.EntropyCoefficient != 0);
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

    sealed record Step(IReadOnlyList<int[]> Prompts, IReadOnlyList<Rollout> Rollouts, int G, StepTotals Totals, CompletionSums[] Sums)
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
