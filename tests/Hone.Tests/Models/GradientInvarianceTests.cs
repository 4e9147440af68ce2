using Hone.Models;
using Hone.Tensors;

namespace Hone.Tests.Models;

/// <summary>Bits of gradients that must not depend on how a step is computed.</summary>
[Trait("Tier", "all")]
public sealed class GradientInvarianceTests : IDisposable
{
    readonly Workers _one = new(1);

    static PackedGroup[] Groups { get; } =
    [
        Group(37, 20, 1, 33), Group(1, 5), Group(16, 17, 40), Group(70, 3, 2, 64), Group(31, 1, 1), Group(5, 9, 9, 9), Group(17, 2), Group(48, 30),
    ];

    public static TheoryData<bool, int> TrainedAndMicroBatch => new()
    {
        { false, 1 }, { false, 3 }, { false, 5 }, { true, 1 }, { true, 3 }, { true, 5 },
    };

    public void Dispose() => _one.Dispose();

    [Theory, MemberData(nameof(TrainedAndMicroBatch))]
    public void Micro_batches_leave_no_trace(bool allWeights, int groups)
    {
        var expected = Gradients(_one, allWeights, new());

        var actual = Gradients(_one, allWeights, new() { MicroBatch = groups });

        AssertSame(expected, actual);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Checkpointed_layers_leave_no_trace(bool allWeights)
    {
        var expected = Gradients(_one, allWeights, new());

        var actual = Gradients(_one, allWeights, new() { Checkpoint = true });

        AssertSame(expected, actual);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(false, 3)]
    [InlineData(true, 2)]
    [InlineData(true, 3)]
    public void Threads_leave_no_trace(bool allWeights, int threads)
    {
        using var workers = new Workers(threads);

        var actual = Gradients(workers, allWeights, new());

        AssertSame(Gradients(_one, allWeights, new()), actual);
    }

    [Fact]
    public void Micro_batches_leave_no_trace_in_a_head_of_its_own()
    {
        var expected = Gradients(_one, allWeights: true, new() { Untied = true });

        var actual = Gradients(_one, allWeights: true, new() { Untied = true, MicroBatch = 3 });

        AssertSame(expected, actual);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_shared_prompt_gives_the_gradient_of_prompts_repeated(bool allWeights)
    {
        var alone = Groups.SelectMany(group => group.Completions.Select(completion => new PackedGroup(group.Prompt, [completion])));

        var shared = Gradients(_one, allWeights, new());
        var repeated = Gradients(_one, allWeights, new() { Groups = [.. alone] });

        Assert.Equal(shared.Keys, repeated.Keys);
        Assert.All(shared, pair => AssertClose(pair.Key, repeated[pair.Key], pair.Value));
    }

    [Fact]
    public void Frozen_weights_and_trained_weights_give_an_adapter_the_same_gradient()
    {
        var adapterAlone = Gradients(_one, allWeights: false, new() { EntropyGradient = true });
        var both = Gradients(_one, allWeights: true, new() { EntropyGradient = true, WithAdapter = true });

        Assert.All(adapterAlone, pair => Assert.Equal(pair.Value, both[pair.Key]));
    }

    [Fact]
    public void Directions_kept_by_the_head_give_the_gradient_of_logits_computed_again()
    {
        var kept = Gradients(_one, allWeights: false, new());

        var again = Gradients(_one, allWeights: false, new() { EntropyGradient = true, EntropySlope = 0 });

        Assert.Equal(kept.Keys, again.Keys);
        Assert.All(kept, pair => AssertClose(pair.Key, pair.Value, again[pair.Key]));
    }

    static PackedGroup Group(int prompt, params int[] completions) => new(
        RandomDecoder.Tokens(prompt, seed: prompt), [.. completions.Select((length, i) => RandomDecoder.Tokens(length, seed: 100 + length + i))]);

    sealed record Way
    {
        public PackedGroup[] Groups { get; init; } = GradientInvarianceTests.Groups;
        public int MicroBatch { get; init; } = int.MaxValue;
        public bool Checkpoint { get; init; }
        public bool WithAdapter { get; init; }
        public bool Untied { get; init; }
        public bool EntropyGradient { get; init; }
        public float EntropySlope { get; init; } = 0.1f;
    }

    static SortedDictionary<string, float[]> Gradients(Workers workers, bool allWeights, Way way)
    {
        using var decoder = RandomDecoder.Create(workers, tied: !way.Untied);
        using var adapter = RandomDecoder.Adapter(decoder);
        if (allWeights)
        {
            decoder.TrainAllWeights();
        }

        if (!allWeights || way.WithAdapter)
        {
            decoder.Attach(adapter);
            adapter.Train();
        }

        foreach (var groups in way.Groups.Chunk(way.MicroBatch))
        {
            Accumulate(decoder, groups, way);
        }

        return Collect(decoder, adapter);
    }

    // A loss that weighs every token of every completion differently, by nothing but the tokens themselves.
    static void Accumulate(Decoder decoder, PackedGroup[] groups, Way way)
    {
        using var arena = new Arena();
        var batch = RowBatch.Pack(groups);
        var tape = new Tape(decoder.Device, arena, records: true) { GroupStarts = batch.GroupStarts };
        var (rows, targets) = PackedGroup.Predictions(groups);
        var hidden = decoder.Hidden(tape, batch, checkpointedLayers: way.Checkpoint ? decoder.Layers.Count : 0);
        var head = new LanguageModelHead(decoder, tape, hidden, rows, targets, temperature: 0.8f, way.EntropyGradient);
        head.Backward(
            [.. targets.Select(token => MathF.Sin(token))],
            way.EntropyGradient ? [.. targets.Select(token => way.EntropySlope * MathF.Cos(token))] : null);
        tape.Backward();
    }

    static SortedDictionary<string, float[]> Collect(Decoder decoder, LoraAdapter adapter)
    {
        Parameter[] trained = [.. decoder.Parameters.Concat(adapter.Parameters).Where(parameter => parameter.Trains)];
        Array.ForEach(trained, parameter => parameter.FinishGradient(decoder.Device));
        if (decoder.EmbeddingGradient is not null)
        {
            using var arena = new Arena();
            decoder.FinishEmbeddingGradient();
        }

        return new(trained.ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient!.Span.ToArray()), StringComparer.Ordinal);
    }

    static void AssertSame(SortedDictionary<string, float[]> expected, SortedDictionary<string, float[]> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, pair => Assert.Equal(pair.Value, actual[pair.Key]));
    }

    static void AssertClose(string name, float[] expected, float[] actual)
    {
        double largest = expected.Max(Math.Abs), difference = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
        Assert.True(difference <= 1e-5 * largest, $"{name}: {difference:E2} of {largest:E2}.");
    }
}
