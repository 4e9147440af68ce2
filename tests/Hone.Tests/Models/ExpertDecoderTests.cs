using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Tensors;

namespace Hone.Tests.Models;

/// <summary>What experts must not change: a row's bits do not depend on its neighbours, a gradient's not on how a step is cut.</summary>
[Trait("Tier", "all")]
public sealed class ExpertDecoderTests : IDisposable
{
    readonly Workers _one = new(1);

    static PackedGroup[] Groups { get; } = [Group(37, 20, 1, 33), Group(1, 5), Group(16, 17, 40), Group(9, 9, 9)];

    public static TheoryData<string> Names => ExpertConfigs.Names;

    public void Dispose() => _one.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void A_group_alone_has_the_bits_it_has_among_others(string name)
    {
        using var model = new Model(ExpertConfigs.Named(name), _one);
        var together = model.Hidden(Groups);

        int row = 0;
        foreach (var group in Groups)
        {
            Assert.Equal(together[row..(row + group.Rows)], model.Hidden(group));
            row += group.Rows;
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_completion_alone_has_the_bits_it_has_beside_its_siblings(string name)
    {
        using var model = new Model(ExpertConfigs.Named(name), _one);
        var group = Groups[0];
        var together = model.Hidden(group);

        int prompt = group.Prompt.Length, row = prompt;
        foreach (int[] completion in group.Completions)
        {
            Assert.Equal(together[row..(row + completion.Length - 1)], model.Hidden(new PackedGroup(group.Prompt, [completion]))[prompt..]);
            row += completion.Length - 1;
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void More_threads_change_no_bit(string name)
    {
        using var workers = new Workers(3);
        using Model model = new(ExpertConfigs.Named(name), _one), threaded = new(ExpertConfigs.Named(name), workers);

        Assert.Equal(model.Hidden(Groups), threaded.Hidden(Groups));
        Assert.Equal(Gradients(_one, ExpertConfigs.Named(name), all: true), Gradients(workers, ExpertConfigs.Named(name), all: true));
    }

    [Theory, MemberData(nameof(Names))]
    public void Sampler_and_trainer_agree_in_every_bit(string name)
    {
        using var model = new Model(ExpertConfigs.Named(name), _one);
        using var generator = new Generator(model.Decoder, 3);
        int[][] prompts = [.. new[] { 30, 1, 17 }.Select(length => RandomDecoder.Tokens(length, length))];
        var sampled = generator.Generate([.. prompts.Select((prompt, i) => new GenerationRequest
        {
            Prompt = prompt,
            MaxTokens = 25,
            Count = 3,
            Sampling = new SamplingSettings { Temperature = 1 },
            Key = new RandomKey(0, RandomPurpose.Evaluation, 0, (uint)i),
            EndTokens = [],
        })]);

        PackedGroup[] groups = [.. prompts.Select((prompt, i) => new PackedGroup(prompt, [.. sampled[i].Select(one => one.Tokens)]))];
        float[] trained = model.LogProbabilities(groups);

        Assert.Equal(sampled.SelectMany(group => group).SelectMany(one => one.LogProbabilities), trained);
    }

    [Theory, MemberData(nameof(Names))]
    public void Micro_batches_and_checkpointed_layers_leave_no_trace(string name)
    {
        var config = ExpertConfigs.Named(name);
        foreach (bool all in new[] { false, true })
        {
            var expected = Gradients(_one, config, all);

            Assert.Equal(expected, Gradients(_one, config, all, microBatch: 1));
            Assert.Equal(expected, Gradients(_one, config, all, checkpointed: 3));
            Assert.Equal(expected, Gradients(_one, config, all, microBatch: 3, checkpointed: 2));
        }
    }

    // Along the gradient of each parameter, by differences of the whole decoder's loss. Every token visits every expert: a choice that
    // changed on the way would be a jump.
    [Theory, MemberData(nameof(Names))]
    public void Gradients_of_adapters_and_weights_match_differences(string name)
    {
        var config = ExpertConfigs.Named(name);
        config = config with { Experts = config.Experts! with { PerToken = config.Experts.Count } };
        foreach (bool all in new[] { false, true })
        {
            foreach (var (parameter, gradient) in Gradients(_one, config, all))
            {
                double length = Math.Sqrt(gradient.Sum(g => (double)g * g)), step = 2e-3 / Math.Max(1e-6, length);
                double above = Loss(config, all, parameter, gradient, step), below = Loss(config, all, parameter, gradient, -step);

                Assert.True(
                    Math.Abs(((above - below) / (2 * step)) - (length * length)) <= (0.02 * length * length) + (0.02 * length),
                    $"{parameter}: {(above - below) / (2 * step):E4} instead of {length * length:E4}.");
            }
        }
    }

    static PackedGroup Group(int prompt, params int[] completions) => new(
        RandomDecoder.Tokens(prompt, seed: prompt), [.. completions.Select((length, i) => RandomDecoder.Tokens(length, seed: 100 + length + i))]);

    static SortedDictionary<string, float[]> Gradients(
        Workers workers, DecoderConfig config, bool all, int microBatch = int.MaxValue, int checkpointed = 0)
    {
        using var model = new Model(config, workers);
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

    double Loss(DecoderConfig config, bool all, string changed, float[] direction, double step)
    {
        using var model = new Model(config, _one);
        var parameter = model.Train(all).Single(one => one.Name == changed);
        var values = parameter.Values!.Span;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] += (float)(step * direction[i]);
        }

        parameter.Refresh(model.Decoder.Device);
        var (_, targets) = PackedGroup.Predictions(Groups);
        return model.LogProbabilities(Groups).Zip(targets, (p, token) => p * Math.Sin(token)).Sum();
    }

    // A decoder and an adapter on every linear layer.
    sealed class Model : IDisposable
    {
        readonly LoraAdapter _adapter;

        public Model(DecoderConfig config, Workers workers)
        {
            Decoder = RandomDecoder.Create(workers, of: config);
            _adapter = RandomDecoder.Adapter(Decoder);
            Decoder.Attach(_adapter);
        }

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

        public void Dispose()
        {
            _adapter.Dispose();
            Decoder.Dispose();
        }
    }
}
