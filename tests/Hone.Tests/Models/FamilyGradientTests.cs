using Hone.Models;
using Hone.Tensors;

namespace Hone.Tests.Models;

/// <summary>Gradients of everything in which families differ: against central differences, and their bits however a step is computed.</summary>
public sealed class FamilyGradientTests : IDisposable
{
    readonly Workers _one = new(1);

    static PackedGroup[] Groups { get; } = [Group(37, 20, 1, 33), Group(1, 5), Group(16, 17, 40), Group(31, 1, 1), Group(48, 30)];

    public static TheoryData<string> Names => Families.Names;

    public void Dispose() => _one.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void Every_gradient_is_that_of_central_differences(string family)
    {
        using var run = new Run(family, _one, allWeights: true);
        run.Accumulate(Groups, checkpoint: false, entropies: true);
        var gradients = run.Collect();

        Assert.All(gradients, pair => AssertSlope(run, pair.Key, pair.Value));
    }

    [Theory, MemberData(nameof(Names))]
    public void Micro_batches_checkpoints_and_threads_leave_no_trace(string family)
    {
        using var two = new Workers(2);
        Assert.All(new[] { false, true }, allWeights =>
        {
            var expected = Gradients(family, _one, allWeights, Groups.Length, checkpoint: false);

            AssertSame(expected, Gradients(family, _one, allWeights, 1, checkpoint: false));
            AssertSame(expected, Gradients(family, _one, allWeights, 3, checkpoint: true));
            AssertSame(expected, Gradients(family, two, allWeights, Groups.Length, checkpoint: true));
        });
    }

    [Theory, MemberData(nameof(Names))]
    public void Directions_kept_by_the_head_give_the_gradient_of_logits_computed_again(string family)
    {
        using var run = new Run(family, _one, allWeights: false);
        run.Accumulate(Groups, checkpoint: false, entropies: false);
        var kept = run.Collect();

        run.EntropySlope = 0;
        run.Accumulate(Groups, checkpoint: false, entropies: true);
        var again = run.Collect();

        Assert.All(kept, pair => AssertClose(pair.Key, pair.Value, again[pair.Key], 1e-5));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_shared_prompt_gives_the_gradient_of_prompts_repeated(string family)
    {
        PackedGroup[] alone = [.. Groups.SelectMany(group => group.Completions.Select(completion => new PackedGroup(group.Prompt, [completion])))];
        using var run = new Run(family, _one, allWeights: true);
        run.Accumulate(Groups, checkpoint: false, entropies: false);
        var shared = run.Collect();

        run.Accumulate(alone, checkpoint: false, entropies: false);
        var repeated = run.Collect();

        Assert.All(shared, pair => AssertClose(pair.Key, pair.Value, repeated[pair.Key], 2e-5));
    }

    static SortedDictionary<string, float[]> Gradients(string family, Workers workers, bool allWeights, int microBatch, bool checkpoint)
    {
        using var run = new Run(family, workers, allWeights);
        foreach (var groups in Groups.Chunk(microBatch))
        {
            run.Accumulate(groups, checkpoint, entropies: allWeights);
        }

        return run.Collect();
    }

    // Along the gradient itself the loss changes by its length.
    static void AssertSlope(Run run, string name, float[] gradient)
    {
        double length = Math.Sqrt(gradient.Sum(g => (double)g * g));
        double step = Math.Min(0.02 / length, 0.2);
        double above = run.LossAt(name, gradient, step / length), below = run.LossAt(name, gradient, -step / length);
        double slope = (above - below) / (2 * step);
        // The loss is known to some 2e-5.
        Assert.True(Math.Abs(slope - length) < (0.01 * length) + (4e-5 / step), $"{name}: {slope:E3} along a gradient of length {length:E3}.");
    }

    static PackedGroup Group(int prompt, params int[] completions) => new(
        RandomDecoder.Tokens(prompt, seed: prompt), [.. completions.Select((length, i) => RandomDecoder.Tokens(length, seed: 100 + length + i))]);

    static void AssertSame(SortedDictionary<string, float[]> expected, SortedDictionary<string, float[]> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, pair => Assert.Equal(pair.Value, actual[pair.Key]));
    }

    static void AssertClose(string name, float[] expected, float[] actual, double tolerance)
    {
        double largest = expected.Max(Math.Abs), difference = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
        Assert.True(difference <= tolerance * largest, $"{name}: {difference:E2} of {largest:E2}.");
    }

    sealed class Run : IDisposable
    {
        const float Temperature = 0.8f;

        readonly Decoder _decoder;
        readonly LoraAdapter _adapter;

        public Run(string family, Workers workers, bool allWeights)
        {
            _decoder = RandomDecoder.Create(Families.Config(family), workers);
            _adapter = RandomDecoder.Adapter(_decoder);
            _decoder.Attach(_adapter);
            _adapter.Train();
            if (allWeights)
            {
                _decoder.TrainAllWeights();
            }
        }

        public float EntropySlope { get; set; } = 0.1f;

        IEnumerable<Parameter> Trained => _decoder.Parameters.Concat(_adapter.Parameters).Where(parameter => parameter.Trains);

        // A loss that weighs every token of every completion differently, by nothing but the tokens themselves.
        public void Accumulate(PackedGroup[] groups, bool checkpoint, bool entropies)
        {
            using var arena = new Arena();
            var batch = RowBatch.Pack(groups);
            var tape = new Tape(_decoder.Device, arena, records: true) { GroupStarts = batch.GroupStarts };
            var (rows, targets) = PackedGroup.Predictions(groups);
            var hidden = _decoder.Hidden(tape, batch, checkpointedLayers: checkpoint ? _decoder.Layers.Count : 0);
            var head = new LanguageModelHead(_decoder, tape, hidden, rows, targets, Temperature, entropies);
            head.Backward([.. targets.Select(Slope)], entropies ? [.. targets.Select(token => EntropySlope * MathF.Cos(token))] : null);
            tape.Backward();
        }

        public SortedDictionary<string, float[]> Collect()
        {
            Parameter[] trained = [.. Trained];
            Array.ForEach(trained, parameter => parameter.FinishGradient(_decoder.Device));
            if (_decoder.EmbeddingGradient is not null)
            {
                _decoder.FinishEmbeddingGradient();
            }

            return new(trained.ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient!.Span.ToArray()), StringComparer.Ordinal);
        }

        /// <summary>The loss with one parameter moved by scale · direction.</summary>
        public double LossAt(string name, float[] direction, double scale)
        {
            var parameter = Trained.Single(parameter => parameter.Name == name);
            float[] before = parameter.Values!.Span.ToArray();
            for (int i = 0; i < before.Length; i++)
            {
                parameter.Values.Span[i] = (float)(before[i] + (scale * direction[i]));
            }

            parameter.Refresh(_decoder.Device);
            double loss = Loss();
            before.CopyTo(parameter.Values.Span);
            parameter.Refresh(_decoder.Device);
            return loss;
        }

        public void Dispose()
        {
            _adapter.Dispose();
            _decoder.Dispose();
        }

        double Loss()
        {
            using var arena = new Arena();
            var tape = new Tape(_decoder.Device, arena, records: false);
            var (rows, targets) = PackedGroup.Predictions(Groups);
            var head = new LanguageModelHead(_decoder, tape, _decoder.Hidden(tape, RowBatch.Pack(Groups)), rows, targets, Temperature);
            return targets.Select((token, i) =>
                ((double)Slope(token) * head.LogProbabilities[i]) + (EntropySlope * MathF.Cos(token) * (double)head.Entropies[i])).Sum();
        }

        static float Slope(int token) => MathF.Sin(token);
    }
}
