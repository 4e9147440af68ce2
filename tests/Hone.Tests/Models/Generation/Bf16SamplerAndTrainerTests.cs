using Hone.Models;
using Hone.Models.Generation;
using Hone.Tensors;

namespace Hone.Tests.Models.Generation;

/// <summary>Rounded activations are rounded alike wherever a token is computed: sampler, trainer, batches and threads agree in every bit.</summary>
[Trait("Tier", "all")]
public sealed class Bf16SamplerAndTrainerTests : IDisposable
{
    readonly Workers _one = new(1);
    readonly Workers _two = new(2);

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    [Theory]
    [InlineData(1f, false)]
    [InlineData(1f, true)]
    [InlineData(0.7f, true)]
    public void Sampler_and_trainer_agree_in_every_bit(float temperature, bool adapter)
    {
        using var decoder = RandomDecoder.Create(_one, compute: Compute.Bf16);
        using var factors = RandomDecoder.Adapter(decoder);
        decoder.Attach(adapter ? factors : null);
        using var generator = new Generator(decoder, 9);
        var requests = Requests(temperature);

        var completions = generator.Generate(requests);

        PackedGroup[] groups = [.. requests.Select((request, i) => new PackedGroup(request.Prompt, [.. completions[i].Select(c => c.Tokens)]))];
        var (logProbabilities, entropies) = Trainer(decoder, groups, temperature);
        var all = completions.SelectMany(group => group).ToArray();
        Assert.Equal(logProbabilities, all.SelectMany(completion => completion.LogProbabilities));
        Assert.Equal(entropies, all.SelectMany(completion => completion.Entropies));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void The_size_of_the_batch_and_more_threads_change_no_bit(int batch)
    {
        using var one = RandomDecoder.Create(_one, compute: Compute.Bf16);
        using var two = RandomDecoder.Create(_two, compute: Compute.Bf16);
        using var reference = new Generator(one, 23);
        using var generator = new Generator(two, batch);

        AssertSame(reference.Generate(Requests(1)), generator.Generate(Requests(1)));
    }

    [Fact]
    public void Rounded_activations_change_the_log_probabilities_a_little()
    {
        using var exact = RandomDecoder.Create(_one);
        using var rounding = RandomDecoder.Create(_one, compute: Compute.Bf16);
        PackedGroup[] groups = [new(RandomDecoder.Tokens(30, 1), [RandomDecoder.Tokens(20, 2)])];

        float[] expected = Trainer(exact, groups, 1).LogProbabilities, actual = Trainer(rounding, groups, 1).LogProbabilities;

        Assert.NotEqual(expected, actual);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 0.2));
    }

    static (float[] LogProbabilities, float[] Entropies) Trainer(Decoder decoder, PackedGroup[] groups, float temperature)
    {
        using var arena = new Arena();
        var hidden = decoder.Hidden(new Tape(decoder.Device, arena, records: false), RowBatch.Pack(groups));
        var (rows, targets) = PackedGroup.Predictions(groups);
        var head = new LanguageModelHead(decoder, new Tape(decoder.Device, arena, records: false), hidden, rows, targets, temperature);
        return (head.LogProbabilities, head.Entropies);
    }

    static GenerationRequest[] Requests(float temperature) =>
    [
        .. new[] { (37, 8, 40), (1, 3, 20), (16, 5, 17), (70, 6, 33) }.Select((size, i) => new GenerationRequest
        {
            Prompt = RandomDecoder.Tokens(size.Item1, i),
            Count = size.Item2,
            MaxTokens = size.Item3,
            Key = new RandomKey(5, RandomPurpose.Completions, 0, (uint)i),
            EndTokens = [3, 11],
            Sampling = new() { Temperature = temperature },
        }),
    ];

    static void AssertSame(Completion[][] expected, Completion[][] actual)
    {
        foreach (var (one, other) in expected.SelectMany(group => group).Zip(actual.SelectMany(group => group)))
        {
            Assert.Equal(one.Tokens, other.Tokens);
            Assert.Equal(one.LogProbabilities, other.LogProbabilities);
            Assert.Equal(one.Entropies, other.Entropies);
        }
    }
}
