using Hone.Models;
using Hone.Tensors;

namespace Hone.Training.Verification;

/// <summary>One sequence on its way forward, alone: what the decoder computes at every position.</summary>
sealed class TracedSequence
{
    readonly List<float[]> _stream = [];
    readonly Dictionary<int, float[]> _branches = [];
    readonly Dictionary<int, TracedRouting> _routings = [];

    /// <param name="temperatures">At each of them log-probabilities are taken.</param>
    public TracedSequence(Decoder decoder, int[] ids, params ReadOnlySpan<float> temperatures)
    {
        decoder.RotaryLength = ids.Length;
        using var arena = decoder.Device.NewArena();
        var tape = new Tape(decoder.Device, arena, records: false);
        ObserveRouters(decoder, (layer, logits, rows, weights) => _routings[layer] = new(logits, rows, weights));
        var hidden = decoder.Hidden(tape, RowBatch.Pack([new PackedGroup(ids, [])]), observe: Keep);
        ObserveRouters(decoder, null);
        Logits = decoder.Logits(arena, hidden).Span.ToArray();
        int[] rows = [.. Enumerable.Range(0, ids.Length - 1)];
        LogProbabilities = new float[temperatures.Length][];
        for (int i = 0; i < temperatures.Length; i++)
        {
            LogProbabilities[i] = new LanguageModelHead(decoder, tape, hidden, rows, ids[1..], temperatures[i]).LogProbabilities;
        }
    }

    /// <summary>[T, V].</summary>
    public float[] Logits { get; }

    /// <summary>For each temperature: [T − 1], of the tokens behind the first.</summary>
    public float[][] LogProbabilities { get; }

    /// <summary>The residual stream as it enters the first layer (0) and after each layer [T, C].</summary>
    public float[] Hidden(int layer) => _stream[2 * layer];

    /// <summary>After the last norm.</summary>
    public float[] Final => _stream[^1];

    /// <summary>What the attention of a layer, counted from 1, computes.</summary>
    public float[] Attention(int layer) => Branch((2 * layer) - 1);

    /// <summary>What the MLP of a layer, counted from 1, computes.</summary>
    public float[] Mlp(int layer) => Branch(2 * layer);

    /// <summary>Where a layer, counted from 1, sent each token; null for a layer without experts.</summary>
    public TracedRouting? Routing(int layer) => _routings.GetValueOrDefault(layer);

    static void ObserveRouters(Decoder decoder, Action<int, Tensor, ExpertRows, Tensor>? observe)
    {
        for (int i = 0; i < decoder.Layers.Count; i++)
        {
            int layer = i + 1;
            if (decoder.Layers[i].FeedForward is ExpertFeedForward experts)
            {
                experts.Observer = observe is null ? null : (logits, rows, weights) => observe(layer, logits, rows, weights);
            }
        }
    }

    void Keep(TracePoint point, Tensor x)
    {
        float[] values = x.Span.ToArray();
        if (point == TracePoint.Branch)
        {
            _branches[_stream.Count] = values;
        }
        else
        {
            _stream.Add(values);
        }
    }

    // A block whose result was never by itself is what it added to the stream.
    float[] Branch(int place) => _branches.GetValueOrDefault(place) ?? Difference(_stream[place], _stream[place - 1]);

    static float[] Difference(float[] after, float[] before) => [.. after.Zip(before, (a, b) => a - b)];
}

/// <summary>What a router said of each token.</summary>
sealed class TracedRouting(Tensor logits, ExpertRows rows, Tensor weights)
{
    /// <summary>[T, E].</summary>
    public float[] Logits { get; } = logits.Span.ToArray();

    /// <summary>[T, k], the largest weight first.</summary>
    public int[] Experts { get; } = rows.Chosen.ToArray();

    /// <summary>[T, k].</summary>
    public float[] Weights { get; } = weights.Span.ToArray();
}
