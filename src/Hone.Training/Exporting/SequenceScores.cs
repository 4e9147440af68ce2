using Hone.Models;
using Hone.Tensors;

namespace Hone.Training.Exporting;

/// <summary>What a decoder says of given sequences, each on its way alone.</summary>
public static class SequenceScores
{
    /// <summary>For each sequence [T − 1]: the log-probability of each token behind the first.</summary>
    public static float[][] LogProbabilities(Decoder decoder, IReadOnlyList<int[]> sequences) => [.. sequences.Select(ids =>
    {
        using var arena = decoder.Device.NewArena();
        var tape = new Tape(decoder.Device, arena, records: false);
        var hidden = decoder.Hidden(tape, RowBatch.Pack([new PackedGroup(ids, [])]));
        return new LanguageModelHead(decoder, tape, hidden, [.. Enumerable.Range(0, ids.Length - 1)], ids[1..], 1f).LogProbabilities;
    })];

    /// <summary>Logits [T, V] of one sequence.</summary>
    public static float[] Logits(Decoder decoder, int[] ids)
    {
        using var arena = decoder.Device.NewArena();
        var tape = new Tape(decoder.Device, arena, records: false);
        var hidden = decoder.Hidden(tape, RowBatch.Pack([new PackedGroup(ids, [])]));
        return decoder.Logits(arena, hidden).Span.ToArray();
    }

    /// <summary>The largest and the mean absolute difference, and how many numbers were compared.</summary>
    public static (double Largest, double Mean, int Count) Compare(float[][] before, float[][] after)
    {
        double[] differences = [.. before.Zip(after).SelectMany(pair => pair.First.Zip(pair.Second, (x, y) => Math.Abs((double)x - y)))];
        return differences.Length == 0 ? (0, 0, 0)
            : (differences.Any(double.IsNaN) ? double.NaN : differences.Max(), differences.Average(), differences.Length);
    }
}
