using Hone.Models;
using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Tensors;

namespace Hone.Tests.Models;

/// <summary>What experts must not change: a row's bits do not depend on its neighbours, a gradient's not on how a step is cut.</summary>
[Trait("Tier", "all")]
public sealed class ExpertDecoderTests : IDisposable
{
    readonly Workers _one = new(1);

    public static TheoryData<string> Names => ExpertConfigs.Names;

    public void Dispose() => _one.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void A_group_alone_has_the_bits_it_has_among_others(string name)
    {
        using var model = new ExpertModel(ExpertConfigs.Named(name), _one);
        var together = model.Hidden(ExpertModel.Groups);

        int row = 0;
        foreach (var group in ExpertModel.Groups)
        {
            Assert.Equal(together[row..(row + group.Rows)], model.Hidden(group));
            row += group.Rows;
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_completion_alone_has_the_bits_it_has_beside_its_siblings(string name)
    {
        using var model = new ExpertModel(ExpertConfigs.Named(name), _one);
        var group = ExpertModel.Groups[0];
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
        using ExpertModel model = new(ExpertConfigs.Named(name), _one), threaded = new(ExpertConfigs.Named(name), workers);

        Assert.Equal(model.Hidden(ExpertModel.Groups), threaded.Hidden(ExpertModel.Groups));
        Assert.Equal(ExpertModel.Gradients(_one, ExpertConfigs.Named(name), all: true), ExpertModel.Gradients(workers, ExpertConfigs.Named(name), all: true));
    }

    [Theory, MemberData(nameof(Names))]
    public void Sampler_and_trainer_agree_in_every_bit(string name)
    {
        using var model = new ExpertModel(ExpertConfigs.Named(name), _one);
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
            var expected = ExpertModel.Gradients(_one, config, all);

            Assert.Equal(expected, ExpertModel.Gradients(_one, config, all, microBatch: 1));
            Assert.Equal(expected, ExpertModel.Gradients(_one, config, all, checkpointed: 3));
            Assert.Equal(expected, ExpertModel.Gradients(_one, config, all, microBatch: 3, checkpointed: 2));
        }
    }
}
