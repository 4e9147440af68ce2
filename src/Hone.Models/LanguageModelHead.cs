using Hone.Tensors;

namespace Hone.Models;

/// <summary>
/// Log-probability and entropy of predicted tokens, and their gradients. Logits of the whole batch never exist at once.
/// </summary>
/// <remarks>
/// <para>ℓ = logit / temperature − ln Σ exp(logits / temperature); H = −Σ p ln p.</para>
/// <para>Over a frozen head the forward pass keeps dℓ/dhidden for each prediction. A head that trains, or a loss that depends on entropies,
/// needs gradients of the logits themselves: the backward pass computes them in chunks of rows.</para>
/// </remarks>
public sealed class LanguageModelHead
{
    // Floats of a chunk's logits: 8 MB, which stays in a last-level cache; and the fewest rows that are worth a walk over the weights.
    const int ChunkFloats = 2 << 20, LeastChunkRows = 128;

    readonly Decoder _decoder;
    readonly Tape _tape;
    readonly Tensor _hidden;
    readonly HeadPredictions _predictions;
    readonly Tensor? _directions;

    /// <param name="hidden">Final hidden states [T, C].</param>
    /// <param name="rows">For each prediction, the row of <paramref name="hidden"/> that makes it.</param>
    /// <param name="targets">For each prediction, the token.</param>
    /// <param name="entropyGradient">Whether the backward pass will be given gradients of entropies.</param>
    public LanguageModelHead(
        Decoder decoder, Tape tape, Tensor hidden, int[] rows, int[] targets, float temperature, bool entropyGradient = false)
    {
        (_decoder, _tape, _hidden) = (decoder, tape, hidden);
        _predictions = new HeadPredictions(rows, targets, 1f / temperature) { Form = decoder.LogitForm };
        if (tape.Records && hidden.NeedsGradient && !decoder.Head.Trains && !entropyGradient)
        {
            _directions = tape.Arena.New(rows.Length, hidden.Columns);
        }

        decoder.Device.Head(hidden, decoder.Head.Packed!, _predictions, _directions, tape.Arena);
    }

    public float[] LogProbabilities => _predictions.LogProbabilities;

    /// <summary>Entropy of the distribution that each prediction was drawn from, in nats.</summary>
    public float[] Entropies => _predictions.Entropies;

    /// <summary>Sends gradients of the log-probabilities (and entropies) to the hidden states, and to the head if it trains.</summary>
    public void Backward(float[] gradientOfLogProbability, float[]? gradientOfEntropy = null)
    {
        _hidden.Gradient = _tape.Arena.Zeros(_hidden.Rows, _hidden.Columns);
        if (_directions is not null)
        {
            if (gradientOfEntropy is not null)
            {
                throw new InvalidOperationException("Gradients of entropies must be announced when the head goes forward.");
            }

            _decoder.Device.ScatterAddRows(_directions, gradientOfLogProbability, _predictions.Rows, _hidden.Gradient);
            return;
        }

        float[] ones = new float[_predictions.Count];
        Array.Fill(ones, 1f);
        foreach (var (start, count, groups) in Chunks())
        {
            var mark = _tape.Arena.Mark();
            var (gathered, logits) = Logits(start, count);
            _decoder.Device.LogSoftmaxInputGradient(logits, new HeadRows
            {
                Start = start,
                Count = count,
                Predictions = _predictions,
                GradientOfLogProbability = gradientOfLogProbability,
                GradientOfEntropy = gradientOfEntropy,
            });
            if (_decoder.Head.Tree is { } tree)
            {
                _decoder.Device.LinearWeightGradient(logits, gathered, groups, tree);
            }

            var dGathered = _tape.Arena.New(count, _hidden.Columns);
            _decoder.Device.LinearInputGradient(logits, _decoder.Head.Packed!, dGathered, accumulate: false);
            _decoder.Device.ScatterAddRows(dGathered, ones.AsSpan(start, count), _predictions.Rows[start..(start + count)], _hidden.Gradient);
            _tape.Arena.Release(mark);
        }
    }

    (Tensor Gathered, Tensor Logits) Logits(int start, int count)
    {
        var gathered = _tape.Arena.New(count, _hidden.Columns);
        _decoder.Device.GatherRows(_hidden, _predictions.Rows.AsSpan(start, count), gathered);
        return (gathered, _decoder.Logits(_tape.Arena, gathered));
    }

    // A head that trains needs one leaf for each group, so its chunks are whole groups.
    IEnumerable<(int Start, int Count, int[] Groups)> Chunks()
    {
        int most = Math.Max(LeastChunkRows, ChunkFloats / _decoder.Head.Rows);
        if (_decoder.Head.Trains && _tape.Records)
        {
            return GroupChunks(most);
        }

        return Enumerable.Range(0, (_predictions.Count + most - 1) / most)
            .Select(i => (i * most, Math.Min(most, _predictions.Count - (i * most)), Array.Empty<int>()));
    }

    IEnumerable<(int Start, int Count, int[] Groups)> GroupChunks(int most)
    {
        int[] ends = GroupEnds();
        int start = 0;
        List<int> groups = [0];
        for (int g = 0; g < ends.Length; g++)
        {
            groups.Add(ends[g] - start);
            bool full = g + 1 == ends.Length || ends[g + 1] - start > most;
            if (full)
            {
                yield return (start, ends[g] - start, [.. groups]);
                start = ends[g];
                groups = [0];
            }
        }
    }

    // Predictions lie group after group; a group without any still has a leaf.
    int[] GroupEnds()
    {
        int[] ends = new int[_tape.GroupStarts.Length - 1];
        int i = 0;
        for (int g = 0; g < ends.Length; g++)
        {
            while (i < _predictions.Count && _predictions.Rows[i] < _tape.GroupStarts[g + 1])
            {
                i++;
            }

            ends[g] = i;
        }

        return ends;
    }
}
