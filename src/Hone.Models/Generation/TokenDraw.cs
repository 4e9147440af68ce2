using Hone.Models.Sampling;
using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Models.Generation;

/// <summary>Draws one token for each row of logits, with its log-probability and entropy: all segments of the vocabulary side by side, then all rows.</summary>
sealed class TokenDraw(Device device)
{
    // Logits of one task, so that a small vocabulary's rows go several at a time.
    const int LogitsPerTask = 8 * 1024;

    VocabularySums[] _sums = [];

    /// <summary>Appends a token to each sequence and settles whether that was its end. The logits are used up.</summary>
    public void Draw(List<Sequence> sequences, Tensor logits, Arena arena)
    {
        int rows = sequences.Count, segments = VocabularySums.Segments(logits.Columns);
        if (_sums.Length < rows * segments)
        {
            _sums = new VocabularySums[rows * segments];
        }

        var scratch = arena.New(rows, sequences.TrueForAll(DrawsFromAll) ? Math.Min(VocabularySums.Segment, logits.Columns) : logits.Columns);
        ForEach(rows * segments, Math.Max(1, LogitsPerTask * segments / logits.Columns), i => Sum(sequences[i / segments], logits, i, segments));
        ForEach(rows, Math.Max(1, LogitsPerTask / logits.Columns), row => DrawRow(
            sequences[row], logits.RowSpan(row), _sums.AsSpan(row * segments, segments), scratch.RowSpan(row)));
        foreach (var sequence in sequences)
        {
            sequence.Settle();
        }
    }

    void ForEach(int count, int perTask, Action<int> work) => device.ForEach((count + perTask - 1) / perTask, task =>
    {
        for (int i = task * perTask; i < Math.Min((task + 1) * perTask, count); i++)
        {
            work(i);
        }
    });

    void Sum(Sequence sequence, Tensor logits, int index, int segments)
    {
        var row = logits.RowSpan(index / segments);
        int start = index % segments * VocabularySums.Segment;
        _sums[index] = VocabularySums.OfSegment(
            row[start..Math.Min(start + VocabularySums.Segment, row.Length)], InverseTemperature(sequence));
    }

    static void DrawRow(Sequence sequence, Span<float> logits, ReadOnlySpan<VocabularySums> segments, Span<float> scratch)
    {
        var total = new VocabularySums();
        foreach (ref readonly var segment in segments)
        {
            total.Join(segment);
        }

        var sampling = sequence.Prompt.Request.Sampling;
        float inverseTemperature = InverseTemperature(sequence);
        bool fromAll = DrawsFromAll(sequence);
        sequence.Ban(logits);
        int token = fromAll
            ? Sampler.Choose(logits, inverseTemperature, segments, sequence.Uniform(), scratch)
            : Sampler.Choose(logits, sampling, sequence.TokenSpan, sequence.Uniform(), scratch);
        sequence.Append(token, LogSoftmax.LogProbability(logits[token], inverseTemperature, total.LogSumExp), total.Entropy);
    }

    static bool DrawsFromAll(Sequence sequence) => sequence.Prompt.Request.Sampling.DrawsFromAll && !sequence.HasBans;

    static float InverseTemperature(Sequence sequence)
    {
        float temperature = sequence.Prompt.Request.Sampling.Temperature;
        return temperature > 0 ? 1f / temperature : 1f;
    }
}
