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
    public void Finish(PolicyLossSettings loss, StepTotals totals, Span<CompletionSums> sums)
    {
        int tokens = _part.Targets.Length;
        var (byLogProbability, byEntropy) = (new double[tokens], new double[tokens]);
        var batch = new PolicyBatch
        {
            Offsets = _part.Offsets,
            LogProbabilities = LogProbabilities,
            OldLogProbabilities = Array.ConvertAll(_part.SampledLogProbabilities, value => (double)value),
            ReferenceLogProbabilities = _reference,
            Advantages = _part.Advantages,
            Entropies = Entropies,
            Truncated = _part.Truncated,
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
