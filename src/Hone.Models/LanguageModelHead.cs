using Hone.Tensors;

namespace Hone.Models;

/// <summary>
/// Log-probability and entropy of predicted tokens, and their gradients, in chunks of rows: logits of the whole batch never exist at
/// once. The backward pass computes a chunk's logits again.
/// </summary>
/// <remarks>ℓ = logit / temperature − ln Σ exp(logits / temperature); H = −Σ p ln p.</remarks>
public sealed class LanguageModelHead
{
    // Floats of a chunk's logits: 8 MB, which stays in a last-level cache.
    const int ChunkFloats = 2 << 20;

    readonly Decoder _decoder;
    readonly Tape _tape;
    readonly Tensor _hidden;
    readonly int[] _rows;
    readonly int[] _targets;
    readonly float _inverseTemperature;
    readonly float[] _logSumExp;

    /// <param name="hidden">Final hidden states [T, C].</param>
    /// <param name="rows">For each prediction, the row of <paramref name="hidden"/> that makes it.</param>
    /// <param name="targets">For each prediction, the token.</param>
    public LanguageModelHead(Decoder decoder, Tape tape, Tensor hidden, int[] rows, int[] targets, float temperature)
    {
        (_decoder, _tape, _hidden, _rows, _targets) = (decoder, tape, hidden, rows, targets);
        _inverseTemperature = 1f / temperature;
        _logSumExp = new float[rows.Length];
        LogProbabilities = new float[rows.Length];
        Entropies = new float[rows.Length];
        Forward();
    }

    public float[] LogProbabilities { get; }

    /// <summary>Entropy of the distribution that each prediction was drawn from, in nats.</summary>
    public float[] Entropies { get; }

    /// <summary>Sends gradients of the log-probabilities (and entropies) to the hidden states, and to the head if it trains.</summary>
    public void Backward(float[] gradientOfLogProbability, float[]? gradientOfEntropy = null)
    {
        var dHidden = _tape.Arena.Zeros(_hidden.Rows, _hidden.Columns);
        _hidden.Gradient = dHidden;
        foreach (var (start, count, groups) in Chunks())
        {
            var mark = _tape.Arena.Mark();
            var (gathered, logits) = Logits(start, count);
            _decoder.Device.LogSoftmaxInputGradient(logits, _inverseTemperature, new HeadRows
            {
                Start = start,
                Count = count,
                Targets = _targets,
                LogSumExp = _logSumExp,
                Entropy = Entropies,
                GradientOfLogProbability = gradientOfLogProbability,
                GradientOfEntropy = gradientOfEntropy,
            });
            if (_decoder.Head.Tree is { } tree)
            {
                _decoder.Device.LinearWeightGradient(logits, gathered, groups, tree);
            }

            var dGathered = _tape.Arena.New(count, _hidden.Columns);
            _decoder.Device.LinearInputGradient(logits, _decoder.Head.Packed!, dGathered, accumulate: false);
            _decoder.Device.ScatterAddRows(dGathered, _rows[start..(start + count)], dHidden);
            _tape.Arena.Release(mark);
        }
    }

    void Forward()
    {
        foreach (var (start, count, _) in Chunks())
        {
            var mark = _tape.Arena.Mark();
            var (_, logits) = Logits(start, count);
            _decoder.Device.LogSoftmax(
                logits, _inverseTemperature, _logSumExp.AsSpan(start, count), Entropies.AsSpan(start, count));
            for (int i = start; i < start + count; i++)
            {
                LogProbabilities[i] = Tensors.Kernels.LogSoftmax.LogProbability(
                    logits.RowSpan(i - start)[_targets[i]], _inverseTemperature, _logSumExp[i]);
            }

            _tape.Arena.Release(mark);
        }
    }

    (Tensor Gathered, Tensor Logits) Logits(int start, int count)
    {
        var gathered = _tape.Arena.New(count, _hidden.Columns);
        _decoder.Device.GatherRows(_hidden, _rows[start..(start + count)], gathered);
        return (gathered, _decoder.Logits(_tape.Arena, gathered));
    }

    // A head that trains needs one leaf for each group, so its chunks are whole groups.
    IEnumerable<(int Start, int Count, int[] Groups)> Chunks()
    {
        int most = Math.Max(1, ChunkFloats / _decoder.Head.Rows);
        if (_decoder.Head.Trains && _tape.Records)
        {
            return GroupChunks(most);
        }

        return Enumerable.Range(0, (_rows.Length + most - 1) / most)
            .Select(i => (i * most, Math.Min(most, _rows.Length - (i * most)), Array.Empty<int>()));
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
            while (i < _rows.Length && _rows[i] < _tape.GroupStarts[g + 1])
            {
                i++;
            }

            ends[g] = i;
        }

        return ends;
    }
}
