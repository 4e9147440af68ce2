using Hone.Models;
using Hone.Models.Configuration;
using Hone.Tensors;

namespace Hone.Tests.Models;

/// <summary>A decoder with experts and an adapter on every linear layer.</summary>
sealed class ExpertModel : IDisposable
{
    readonly LoraAdapter _adapter;

    public ExpertModel(DecoderConfig config, Workers workers)
    {
        Decoder = RandomDecoder.Create(config, workers);
        _adapter = RandomDecoder.Adapter(Decoder);
        Decoder.Attach(_adapter);
    }

    public static PackedGroup[] Groups { get; } = [Group(37, 20, 1, 33), Group(1, 5), Group(16, 17, 40), Group(9, 9, 9)];

    public Decoder Decoder { get; }

    // The weights of blocks or the adapter's factors; the embedding's two gradients are not added here.
    public IEnumerable<Parameter> Train(bool all) => all ? Decoder.Layers.SelectMany(layer => layer.Parameters) : _adapter.Parameters;

    public float[][] Hidden(params PackedGroup[] groups)
    {
        using var arena = new Arena();
        var hidden = Decoder.Hidden(new Tape(Decoder.Device, arena, records: false), RowBatch.Pack(groups));
        return [.. Enumerable.Range(0, hidden.Rows).Select(row => hidden.RowSpan(row).ToArray())];
    }

    public float[] LogProbabilities(PackedGroup[] groups)
    {
        using var arena = new Arena();
        var tape = new Tape(Decoder.Device, arena, records: false);
        var (rows, targets) = PackedGroup.Predictions(groups);
        return new LanguageModelHead(Decoder, tape, Decoder.Hidden(tape, RowBatch.Pack(groups)), rows, targets, 1).LogProbabilities;
    }

    public void Accumulate(PackedGroup[] groups, int checkpointed)
    {
        using var arena = new Arena();
        var batch = RowBatch.Pack(groups);
        var tape = new Tape(Decoder.Device, arena, records: true) { GroupStarts = batch.GroupStarts };
        var (rows, targets) = PackedGroup.Predictions(groups);
        var hidden = Decoder.Hidden(tape, batch, checkpointedLayers: checkpointed);
        var head = new LanguageModelHead(Decoder, tape, hidden, rows, targets, 1);
        head.Backward([.. targets.Select(token => MathF.Sin(token))]);
        tape.Backward();
    }

    public static SortedDictionary<string, float[]> Gradients(
        Workers workers, DecoderConfig config, bool all, int microBatch = int.MaxValue, int checkpointed = 0)
    {
        using var model = new ExpertModel(config, workers);
        foreach (var parameter in model.Train(all))
        {
            parameter.Train();
        }

        foreach (var groups in Groups.Chunk(microBatch))
        {
            model.Accumulate(groups, checkpointed);
        }

        return new(model.Train(all).ToDictionary(parameter => parameter.Name, parameter =>
        {
            parameter.FinishGradient(model.Decoder.Device);
            return parameter.Gradient!.Span.ToArray();
        }), StringComparer.Ordinal);
    }

    public void Dispose()
    {
        _adapter.Dispose();
        Decoder.Dispose();
    }

    static PackedGroup Group(int prompt, params int[] completions) => new(
        RandomDecoder.Tokens(prompt, seed: prompt), [.. completions.Select((length, i) => RandomDecoder.Tokens(length, seed: 100 + length + i))]);
}
