using Hone.Models;
using Hone.Tensors;

namespace Hone.Training.Verification;

/// <summary>One sequence on its way forward, alone: what the decoder computes at every position.</summary>
sealed class TracedSequence
{
    readonly List<float[]> _stream = [];

    public TracedSequence(Decoder decoder, int[] ids)
    {
        using var arena = decoder.Device.NewArena();
        var tape = new Tape(decoder.Device, arena, records: false);
        var hidden = decoder.Hidden(tape, RowBatch.Pack([new PackedGroup(ids, [])]), observe: x => _stream.Add(x.Span.ToArray()));
        Logits = decoder.Logits(arena, hidden).Span.ToArray();
        LogProbabilities = LogProbabilitiesAt(decoder, tape, hidden, ids, temperature: 1);
        ColdLogProbabilities = LogProbabilitiesAt(decoder, tape, hidden, ids, temperature: 0.7f);
    }

    /// <summary>[T, V].</summary>
    public float[] Logits { get; }

    /// <summary>[T − 1], of the tokens behind the first.</summary>
    public float[] LogProbabilities { get; }

    /// <summary>The same at temperature 0.7.</summary>
    public float[] ColdLogProbabilities { get; }

    /// <summary>The residual stream as it enters the first layer (0) and after each layer [T, C].</summary>
    public float[] Hidden(int layer) => _stream[2 * layer];

    /// <summary>After the last norm.</summary>
    public float[] Final => _stream[^1];

    /// <summary>What the attention of a layer, counted from 1, adds to the residual stream.</summary>
    public float[] Attention(int layer) => Difference(_stream[(2 * layer) - 1], _stream[(2 * layer) - 2]);

    /// <summary>What the MLP of a layer, counted from 1, adds to the residual stream.</summary>
    public float[] Mlp(int layer) => Difference(_stream[2 * layer], _stream[(2 * layer) - 1]);

    static float[] LogProbabilitiesAt(Decoder decoder, Tape tape, Tensor hidden, int[] ids, float temperature) =>
        new LanguageModelHead(decoder, tape, hidden, [.. Enumerable.Range(0, ids.Length - 1)], ids[1..], temperature).LogProbabilities;

    static float[] Difference(float[] after, float[] before) => [.. after.Zip(before, (a, b) => a - b)];
}
