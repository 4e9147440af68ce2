using Hone.Models;
using Hone.Tensors;

namespace Hone.Training.Verification;

/// <summary>
/// A model with what trains in it, and the sequences of a training case. Loss: Σ mask · weight · −ℓ / Σ mask, over sequences and tokens.
/// </summary>
sealed class TrainingCase : IDisposable
{
    const string AdapterFolder = "adapter";

    readonly PackedGroup[] _groups;
    readonly float[] _slopes;
    readonly Arena _arena;

    public TrainingCase(string folder, LossVerificationValue description, Device device)
    {
        string adapterFolder = Path.Combine(folder, AdapterFolder);
        bool hasAdapter = Directory.Exists(adapterFolder);
        Decoder = DecoderLoader.Load(folder, device, trainable: !hasAdapter);
        Adapter = hasAdapter ? LoraAdapter.Load(Decoder, adapterFolder) : null;
        _arena = device.NewArena();

        var sequences = VerifiedModel.Sequences(description);
        Sequences = [.. sequences.Select(sequence => VerifiedModel.Ids(sequence["ids"], Decoder.Config.VocabularySize))];
        _groups = [.. Sequences.Select(ids => new PackedGroup(ids[..1], [ids[1..]]))];
        double divisor = description["sum_of_masks"].Number;
        _slopes = [.. sequences.SelectMany((sequence, i) => Slopes(sequence, Sequences[i].Length, divisor))];
    }

    public Decoder Decoder { get; }

    public LoraAdapter? Adapter { get; }

    public int[][] Sequences { get; }

    public IReadOnlyList<Parameter> Parameters => Adapter?.Parameters ?? Decoder.Parameters;

    public void Train()
    {
        Adapter?.Train();
        if (Adapter is null)
        {
            Decoder.TrainAllWeights();
        }
    }

    /// <summary>The loss; its gradient is left in the parameters' trees. A group is one sequence.</summary>
    public double Accumulate(float temperature)
    {
        var (tape, head) = Forward(temperature, records: true);
        head.Backward(_slopes);
        tape.Backward();
        return LossOf(head);
    }

    /// <summary>The loss alone.</summary>
    public double Loss() => LossOf(Forward(1, records: false).Head);

    /// <summary>Makes one gradient of what the groups left.</summary>
    public void FinishGradients()
    {
        foreach (var parameter in Parameters)
        {
            parameter.FinishGradient(Decoder.Device);
        }

        FinishLookups();
    }

    /// <summary>Adds the gradient of lookups to the embedding's, where it trains.</summary>
    public void FinishLookups()
    {
        if (Adapter is null)
        {
            Decoder.FinishEmbeddingGradient();
        }
    }

    public void Dispose()
    {
        _arena.Dispose();
        Adapter?.Dispose();
        Decoder.Dispose();
    }

    (Tape Tape, LanguageModelHead Head) Forward(float temperature, bool records)
    {
        _arena.Reset();
        var batch = RowBatch.Pack(_groups);
        var tape = new Tape(Decoder.Device, _arena, records) { GroupStarts = batch.GroupStarts };
        var (rows, targets) = PackedGroup.Predictions(_groups);
        return (tape, new LanguageModelHead(Decoder, tape, Decoder.Hidden(tape, batch), rows, targets, temperature));
    }

    double LossOf(LanguageModelHead head) => head.LogProbabilities.Zip(_slopes, (logProbability, slope) => (double)logProbability * slope).Sum();

    // dLoss/dℓ of the tokens behind the first, which nothing predicts.
    static IEnumerable<float> Slopes(LossVerificationValue sequence, int length, double divisor)
    {
        double weight = sequence["weight"].Number;
        double[] mask = sequence["mask"].Rows(length, 1).Select(row => row[0]).ToArray();
        return mask.Skip(1).Select(m => (float)(-m * weight / divisor));
    }
}
