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
        double difference = 0;
        foreach (var (start, count) in MicroBatches(prompts.Count))
        {
            var part = Part(prompts, rollouts, start, count, G);
            double[] reference = settings.MeasureKl || settings.Loss.KlCoefficient != 0 ? Reference(part) : [];
            var pass = Forward(part, reference, records: true);
            difference = Math.Max(difference, pass.SamplerDifference);
            pass.Backward(settings.Loss, totals, sums.AsSpan(start * G, count * G));
        }

        bool wholeCompletions = settings.Loss.ImportanceLevel == ImportanceLevel.Sequence;
        return new Result(PolicyMetrics.Of(sums, wholeCompletions), difference);
    }

    public void Dispose() => _arena.Dispose();

    static PolicyMicroBatch Part(IReadOnlyList<int[]> prompts, IReadOnlyList<Rollout> rollouts, int start, int count, int G) =>
        new([.. prompts.Skip(start).Take(count)], [.. rollouts.Skip(start * G).Take(count * G)]);

    PolicyPass Forward(PolicyMicroBatch part, double[] reference, bool records)
    {
        _arena.Reset();
        return new PolicyPass(decoder, _arena, part, settings.Temperature, reference, records, records && settings.CheckpointLayers);
    }

    // The reference is the same model without its adapter.
    double[] Reference(PolicyMicroBatch part)
    {
        decoder.Attach(null);
        var pass = Forward(part, [], records: false);
        decoder.Attach(adapter);
        return pass.LogProbabilities;
    }

    IEnumerable<(int Start, int Count)> MicroBatches(int groups)
    {
        for (int start = 0; start < groups; start += settings.GroupsPerMicroBatch)
        {
            yield return (start, Math.Min(settings.GroupsPerMicroBatch, groups - start));
        }
    }

    // A quantile runs over the whole step, so it needs a forward pass of its own.
    double[] StepEntropies(IReadOnlyList<int[]> prompts, IReadOnlyList<Rollout> rollouts, int G)
    {
        List<double> entropies = [];
        foreach (var (start, count) in MicroBatches(prompts.Count))
        {
            var pass = Forward(Part(prompts, rollouts, start, count, G), [], records: false);
            entropies.AddRange(pass.TrainedEntropies(settings.Loss.MaskTruncated));
        }

        return [.. entropies];
    }
}
