using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Kernels;
using Hone.Tensors.Ops;

namespace Hone.Models;

/// <summary>A decoder-only language model: the same weights and kernels sample and train.</summary>
public sealed class Decoder : IDisposable
{
    readonly RotaryTables[] _tables;
    int _rotaryLength;
    bool _ownsWeights = true;

    internal Decoder(
        DecoderConfig config, Device device, Parameter embedding, IReadOnlyList<DecoderLayer> layers, Parameter finalNorm, Parameter head)
    {
        Config = config;
        Device = device;
        Embedding = embedding;
        Layers = layers;
        FinalNorm = finalNorm;
        Head = head;
        Shape = ShapeOf(config, LayerConfig.Plain);
        LogitForm = new(config.LogitScale, config.LogitSoftCap);
        _rotaryLength = config.MaxPositions;
        _tables = [.. config.Ropes.Select(_ => new RotaryTables([], [], 0))];
    }

    public DecoderConfig Config { get; }
    public Device Device { get; }

    /// <summary>What all layers' attention has in common: heads and widths, so the pages of keys and values.</summary>
    public AttentionShape Shape { get; }
    public IReadOnlyList<DecoderLayer> Layers { get; }
    public Parameter Embedding { get; }
    public Parameter FinalNorm { get; }

    /// <summary>[V, C]; the embedding itself when the two are tied.</summary>
    public Parameter Head { get; }

    /// <summary>How the head's products become logits.</summary>
    public LogitForm LogitForm { get; }

    /// <summary>Row-sparse gradients of the embedding; null while it is frozen.</summary>
    public SparseGradientTree? EmbeddingGradient { get; private set; }

    /// <summary>Every weight once, in a fixed order.</summary>
    public IReadOnlyList<Parameter> Parameters =>
        [Embedding, .. Layers.SelectMany(layer => layer.Parameters), FinalNorm, .. Head == Embedding ? [] : new[] { Head }];

    public IEnumerable<LinearLayer> LinearLayers => Layers.SelectMany(layer => layer.Linear);

    public static AttentionShape ShapeOf(DecoderConfig config, LayerConfig layer) =>
        new(config.Heads, config.KeyValueHeads, config.HeadWidth, config.AttentionScale ?? 1f / MathF.Sqrt(config.HeadWidth))
        {
            Window = layer.Window ?? 0,
            SoftCap = config.ScoreSoftCap ?? 0,
        };

    /// <summary>Some rotary frequencies depend on the length of the sequence: <see cref="RotaryLength"/> says which are in use.</summary>
    public bool RotationDependsOnLength => Config.Ropes.Any(rope => rope.Scaling is RopeScaling.Dynamic or RopeScaling.Long);

    /// <summary>
    /// The length of sequence whose rotary frequencies all positions turn by; at first what the model was made for. Sampler and trainer agree
    /// only where both run under one length. Keys in a cache belong to the length under which they were computed.
    /// </summary>
    public int RotaryLength
    {
        get => _rotaryLength;
        set
        {
            if (!SameRotation(value, _rotaryLength))
            {
                Array.Fill(_tables, new RotaryTables([], [], 0));
            }

            _rotaryLength = value;
        }
    }

    /// <summary>Whether sequences of two lengths turn by the same frequencies.</summary>
    public bool SameRotation(int length, int other) =>
        Config.Ropes.All(rope => rope.Scaling is not { } scaling || scaling.Regime(length) == scaling.Regime(other));

    /// <summary>Attaches an adapter to the layers that it names, or takes every adapter off: the model is then the base again.</summary>
    public void Attach(LoraAdapter? adapter)
    {
        foreach (var linear in LinearLayers)
        {
            linear.Adapter = adapter?.Find(linear.Module);
        }
    }

    /// <summary>Attaches adapters to the rows [Start, Start + Count) of the next batch, which nothing is trained on; other rows have none.</summary>
    public void AttachToRows(IReadOnlyList<(LoraAdapter Adapter, int Start, int Count)> rows)
    {
        foreach (var linear in LinearLayers)
        {
            linear.RowAdapters = rows.Count == 0 ? null :
            [
                .. rows.Where(part => part.Adapter.Find(linear.Module) is not null)
                    .Select(part => new RowAdapter(part.Start, part.Count, part.Adapter.Find(linear.Module)!)),
            ];
        }
    }

    /// <summary>
    /// A second decoder over the same frozen weights, with adapters and a <see cref="RotaryLength"/> of its own: the two may compute at the
    /// same time. It must not be used after this one was disposed.
    /// </summary>
    /// <param name="device">A device of its own.</param>
    public Decoder View(Device device)
    {
        var parameters = Parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        var view = DecoderLoader.Build(Config, device, name => parameters[name], name => parameters[name]);
        view._ownsWeights = false;
        return view;
    }

    /// <summary>Asks for gradients of every weight.</summary>
    public void TrainAllWeights()
    {
        foreach (var parameter in Parameters)
        {
            parameter.Train();
        }

        EmbeddingGradient = new SparseGradientTree(Embedding.Rows, Embedding.Columns);
    }

    /// <summary>
    /// The embedding's gradient has two sources, lookups and, when tied, the head: call after <see cref="Parameter.FinishGradient"/> of
    /// every parameter to add the lookups.
    /// </summary>
    public unsafe void FinishEmbeddingGradient() => EmbeddingGradient!.AddTo(Embedding.Gradient!.Pointer);

    /// <summary>Makes room for sequences of this many tokens. Positions that a run never reaches cost nothing.</summary>
    public void Reserve(int positions)
    {
        for (int i = 0; i < _tables.Length; i++)
        {
            if (positions > _tables[i].Positions)
            {
                _tables[i] = Tables(Config.Ropes[i], Config.HeadWidth, _rotaryLength, positions);
            }
        }
    }

    /// <summary>Tokens to final hidden states [T, C], after the last norm.</summary>
    /// <param name="tape">Records when the batch trains.</param>
    /// <param name="batch">Rows of whole groups, or rows that continue sequences in <paramref name="cache"/>.</param>
    /// <param name="cache">Null in training.</param>
    /// <param name="checkpointedLayers">First layers that keep no activations and compute them again in the backward pass.</param>
    /// <param name="observe">
    /// Shown the residual stream as it enters the first layer, after the attention and after the MLP of each layer, and after the last norm;
    /// and what attention and MLP compute, where that exists by itself.
    /// </param>
    public Tensor Hidden(
        Tape tape, RowBatch batch, KeyValueCache? cache = null, int checkpointedLayers = 0, Action<TracePoint, Tensor>? observe = null)
    {
        Reserve(batch.Positions.Max() + 1);
        var x = tape.Gather(Embedding, batch.Tokens, Config.EmbeddingScale, EmbeddingGradient);
        observe?.Invoke(TracePoint.Stream, x);
        for (int i = 0; i < Layers.Count; i++)
        {
            var (layer, pages, tables) = (Layers[i], cache?.Layer(i), Config.Layer(i).Rope is { } rope ? _tables[rope] : null);
            x = tape.Layer(x, i < checkpointedLayers, (inner, input) =>
                layer.Apply(inner, input, batch, tables, pages, inner == tape ? observe : null));
        }

        var hidden = tape.RmsNorm(x, FinalNorm, Config.NormEpsilon);
        observe?.Invoke(TracePoint.Final, hidden);
        return hidden;
    }

    /// <summary>Logits [T, V] of final hidden states.</summary>
    public Tensor Logits(Arena arena, Tensor hidden)
    {
        var logits = arena.New(hidden.Rows, Head.Rows);
        Device.Linear(hidden, Head.Packed!, logits, start: null);
        if (!LogitForm.IsPlain)
        {
            Device.FormLogits(LogitForm, logits);
        }

        return logits;
    }

    public void Dispose()
    {
        if (!_ownsWeights)
        {
            return;
        }

        foreach (var parameter in Parameters)
        {
            parameter.Dispose();
        }

        EmbeddingGradient?.Dispose();
    }

    static RotaryTables Tables(RopeConfig rope, int headWidth, int length, int positions)
    {
        var (frequencies, factor) = RotaryFrequencies.Compute(rope, headWidth, length);
        int count = (int)Math.Max(256, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)positions));
        var (cos, sin) = (new float[count * frequencies.Length], new float[count * frequencies.Length]);
        RotaryEmbedding.Tables(frequencies, factor, count, cos, sin);
        return new RotaryTables(cos, sin, 2 * frequencies.Length);
    }
}
