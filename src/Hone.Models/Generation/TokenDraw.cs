using System.Buffers;
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

    /// <summary>Appends a token to each completion and settles whether that was its end. The logits are used up.</summary>
    public void Draw(IReadOnlyList<IDrawn> completions, Tensor logits, Arena arena)
    {
        int rows = completions.Count, segments = VocabularySums.Segments(logits.Columns);
        if (_sums.Length < rows * segments)
        {
            _sums = new VocabularySums[rows * segments];
        }

        var scratch = arena.New(rows, completions.All(DrawsFromAll) ? Math.Min(VocabularySums.Segment, logits.Columns) : logits.Columns);
        ForEach(rows * segments, Math.Max(1, LogitsPerTask * segments / logits.Columns), i => Sum(completions[i / segments], logits, i, segments));
        ForEach(rows, Math.Max(1, LogitsPerTask / logits.Columns), row => DrawRow(
            completions[row], logits.RowSpan(row), _sums.AsSpan(row * segments, segments), scratch.RowSpan(row)));
        foreach (var completion in completions)
        {
            completion.Settle();
        }
    }

    void ForEach(int count, int perTask, Action<int> work) => device.ForEach((count + perTask - 1) / perTask, task =>
    {
        for (int i = task * perTask; i < Math.Min((task + 1) * perTask, count); i++)
        {
            work(i);
        }
    });

    void Sum(IDrawn completion, Tensor logits, int index, int segments)
    {
        var row = logits.RowSpan(index / segments);
        int start = index % segments * VocabularySums.Segment;
        _sums[index] = VocabularySums.OfSegment(
            row[start..Math.Min(start + VocabularySums.Segment, row.Length)], InverseTemperature(completion));
    }

    static void DrawRow(IDrawn completion, Span<float> logits, ReadOnlySpan<VocabularySums> segments, Span<float> scratch)
    {
        var total = new VocabularySums();
        foreach (ref readonly var segment in segments)
        {
            total.Join(segment);
        }

        float inverseTemperature = InverseTemperature(completion);
        completion.Look(logits, inverseTemperature, total.LogSumExp);
        try
        {
            var (token, logit) = completion.ChangesLogits
                ? ChooseChanged(completion, logits, scratch)
                : Choose(completion, logits, segments, scratch);
            completion.Append(token, LogSoftmax.LogProbability(logit, inverseTemperature, total.LogSumExp), total.Entropy);
        }
        catch (ArithmeticException problem) when (completion.Fail(problem))
        {
            // It has taken note.
        }
    }

    static (int Token, float Logit) Choose(
        IDrawn completion, ReadOnlySpan<float> logits, ReadOnlySpan<VocabularySums> segments, Span<float> scratch)
    {
        int token = DrawsFromAll(completion)
            ? Sampler.Choose(logits, InverseTemperature(completion), segments, completion.Uniform(), scratch)
            : Sampler.Choose(logits, completion.Sampling, completion.TokenSpan, completion.Uniform(), scratch);
        return (token, logits[token]);
    }

    // The log-probability is that of the model, not of what was made of its logits.
    static (int Token, float Logit) ChooseChanged(IDrawn completion, Span<float> logits, Span<float> scratch)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(logits.Length);
        logits.CopyTo(rented);
        completion.Change(logits);
        int token = Sampler.Choose(logits, completion.Sampling, completion.TokenSpan, completion.Uniform(), scratch);
        float logit = rented[token];
        ArrayPool<float>.Shared.Return(rented);
        return (token, logit);
    }

    static bool DrawsFromAll(IDrawn completion) => completion.Sampling.DrawsFromAll && !completion.ChangesLogits;

    static float InverseTemperature(IDrawn completion) => completion.Sampling.Temperature > 0 ? 1f / completion.Sampling.Temperature : 1f;
}
