using Hone.Models;
using Hone.Tensors;
using Hone.Training.Losses;

namespace Hone.Training;

/// <summary>One micro-batch on its way forward through the decoder and, when it records, backward.</summary>
public sealed class PolicyPass
{
    readonly PolicyMicroBatch _part;
    readonly double[] _reference;
    readonly Tape _tape;
    readonly LanguageModelHead _head;

    /// <param name="reference">ℓ under the reference, or empty.</param>
    /// <param name="records">For a pass that goes backward, too.</param>
    /// <param name="checkpointedLayers">First layers that keep no activations and compute them again on the way back.</param>
    /// <param name="entropyGradient">The loss has an entropy bonus.</param>
    public PolicyPass(
        Decoder decoder, Arena arena, PolicyMicroBatch part, float temperature, double[] reference, bool records, int checkpointedLayers = 0,
        bool entropyGradient = false)
    {
        (_part, _reference) = (part, reference);
        _tape = new Tape(decoder.Device, arena, records) { GroupStarts = part.LeafStarts };
        var hidden = decoder.Hidden(_tape, part.Batch, checkpointedLayers: checkpointedLayers);
        _head = new LanguageModelHead(decoder, _tape, hidden, part.Rows, part.Targets, temperature, entropyGradient);
    }

    public double[] LogProbabilities => Array.ConvertAll(_head.LogProbabilities, value => (double)value);

    public double[] Entropies => Array.ConvertAll(_head.Entropies, value => (double)value);

    /// <summary>Largest |ℓ − ℓ_sampler| over the tokens.</summary>
    public double SamplerDifference
    {
        get
        {
            double largest = 0;
            for (int i = 0; i < _part.Targets.Length; i++)
            {
                largest = Math.Max(largest, Math.Abs((double)_head.LogProbabilities[i] - _part.SampledLogProbabilities[i]));
            }

            return largest;
        }
    }

    /// <summary>Entropies of the tokens that train.</summary>
    public IEnumerable<double> TrainedEntropies(bool maskTruncated)
    {
        double[] entropies = Entropies;
        for (int i = 0; i + 1 < _part.Offsets.Length; i++)
        {
            for (int t = _part.Offsets[i]; t < _part.Offsets[i + 1] && !(maskTruncated && _part.Truncated[i]); t++)
            {
                yield return entropies[t];
            }
        }
    }

    /// <summary>Assigns the completions' sums; if the pass records, adds the gradient's leaves, one for each group.</summary>
    /// <param name="old">
    /// ℓ under the policy that began the step, for a loss that corrects for another sampler; empty: this pass's own. Without a correction the
    /// sampler's policy began the step.
    /// </param>
    public void Finish(PolicyLossSettings loss, StepTotals totals, Span<CompletionSums> sums, double[]? old = null)
    {
        int tokens = _part.Targets.Length;
        var (byLogProbability, byEntropy) = (new double[tokens], new double[tokens]);
        double[] sampled = Array.ConvertAll(_part.SampledLogProbabilities, value => (double)value);
        var batch = new PolicyBatch
        {
            Offsets = _part.Offsets,
            LogProbabilities = LogProbabilities,
            OldLogProbabilities = loss.SamplerCorrection is null ? sampled : old,
            SamplerLogProbabilities = loss.SamplerCorrection is null ? [] : sampled,
            ReferenceLogProbabilities = _reference,
            Advantages = _part.Advantages,
            TokenAdvantages = _part.TokenAdvantages,
            Entropies = Entropies,
            Truncated = _part.Truncated,
            GroupTokens = _part.GroupTokens(loss.MaskTruncated),
        };
        PolicyLoss.Run(
            loss, totals, batch, new PolicyGradients { LogProbabilities = byLogProbability, Entropies = byEntropy }, sums);
        if (!_tape.Records)
        {
            return;
        }

        _head.Backward(
            Array.ConvertAll(byLogProbability, value => (float)value),
            loss.EntropyCoefficient != 0 ? Array.ConvertAll(byEntropy, value => (float)value) : null);
        _tape.Backward();
    }
}
