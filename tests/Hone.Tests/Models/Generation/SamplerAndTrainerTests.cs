using Hone.Models;
using Hone.Models.Generation;
using Hone.Tensors;

namespace Hone.Tests.Models.Generation;

/// <summary>What the generator reports of the tokens it drew is what the trainer finds for them, in every bit.</summary>
[Trait("Tier", "all")]
public sealed class SamplerAndTrainerTests : IDisposable
{
    readonly Workers _workers = new(1);
    readonly Decoder _decoder;
    readonly LoraAdapter _adapter;

    public SamplerAndTrainerTests()
    {
        _decoder = RandomDecoder.Create(_workers);
        _adapter = RandomDecoder.Adapter(_decoder);
    }

    public void Dispose()
    {
        _adapter.Dispose();
        _decoder.Dispose();
        _workers.Dispose();
    }

    [Theory]
    [InlineData(1f, false)]
    [InlineData(0.7f, false)]
    [InlineData(1f, true)]
    [InlineData(0.7f, true)]
    public void Sampler_and_trainer_agree_in_every_bit(float temperature, bool adapter)
    {
        _decoder.Attach(adapter ? _adapter : null);

        AssertAgree(Requests(temperature));
    }

    [Fact]
    public void A_changed_adapter_changes_both_alike()
    {
        var requests = Requests(0.9f);
        _decoder.Attach(_adapter);
        var before = AssertAgree(requests);

        RandomDecoder.Perturb(_decoder, _adapter, seed: 50, scale: 0.02);

        Assert.NotEqual(before[0][..4], AssertAgree(requests)[0][..4]);
    }

    [Fact]
    public void Banned_first_tokens_leave_the_log_probabilities_those_of_the_model()
    {
        int[] banned = [.. Enumerable.Range(0, 60)];
        GenerationRequest[] requests = [.. Requests(1).Select(request => request with { BannedFirstTokens = banned })];
        using var generator = new Generator(_decoder, 9);

        Assert.All(generator.Generate(requests).SelectMany(group => group), completion => Assert.DoesNotContain(completion.Tokens[0], banned));
        AssertAgree(requests);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void The_size_of_the_batch_changes_no_bit(int batch)
    {
        _decoder.Attach(_adapter);
        using var reference = new Generator(_decoder, 23);
        using var generator = new Generator(_decoder, batch);

        AssertSame(reference.Generate(Requests(1)), generator.Generate(Requests(1)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void More_threads_change_no_bit(int threads)
    {
        using var workers = new Workers(threads);
        using var decoder = RandomDecoder.Create(workers);
        using var one = new Generator(_decoder, 16);
        using var more = new Generator(decoder, 16);

        AssertSame(one.Generate(Requests(1)), more.Generate(Requests(1)));
    }

    [Fact]
    public void A_request_alone_gives_what_it_gives_among_others()
    {
        using var generator = new Generator(_decoder, 16);
        var requests = Requests(1);

        var together = generator.Generate(requests);

        AssertSame(together[1..2], generator.Generate(requests[1..2]));
        AssertSame(together[3..4], generator.Generate(requests[3..4]));
    }

    /// <summary>Prompts around the edges of a page; completions that cross several.</summary>
    static GenerationRequest[] Requests(float temperature) =>
    [
        .. new[] { (37, 8, 40), (1, 3, 20), (16, 5, 17), (15, 4, 18), (70, 6, 33) }.Select((size, i) =>
            Request((uint)i, size.Item1, size.Item2, size.Item3) with { Sampling = new() { Temperature = temperature } }),
    ];

    static GenerationRequest Request(uint number, int prompt, int count, int maxTokens) => new()
    {
        Prompt = RandomDecoder.Tokens(prompt, (int)number),
        Count = count,
        MaxTokens = maxTokens,
        Key = new RandomKey(5, RandomPurpose.Completions, 0, number),
        EndTokens = [3, 11],
    };

    float[][] AssertAgree(GenerationRequest[] requests)
    {
        using var generator = new Generator(_decoder, 9);
        using var arena = new Arena();
        var completions = generator.Generate(requests);
        PackedGroup[] groups = [.. requests.Select((request, i) => new PackedGroup(request.Prompt, [.. completions[i].Select(c => c.Tokens)]))];

        var hidden = _decoder.Hidden(new Tape(_decoder.Device, arena, records: false), RowBatch.Pack(groups));
        var (rows, targets) = PackedGroup.Predictions(groups);
        var tape = new Tape(_decoder.Device, arena, records: false);
        var head = new LanguageModelHead(_decoder, tape, hidden, rows, targets, requests[0].Sampling.Temperature);

        var all = completions.SelectMany(group => group).ToArray();
        Assert.Equal(head.LogProbabilities, all.SelectMany(completion => completion.LogProbabilities));
        Assert.Equal(head.Entropies, all.SelectMany(completion => completion.Entropies));
        return [.. all.Select(completion => completion.LogProbabilities)];
    }

    static void AssertSame(Completion[][] expected, Completion[][] actual)
    {
        Assert.Equal(expected.Select(group => group.Length), actual.Select(group => group.Length));
        foreach (var (one, other) in expected.SelectMany(group => group).Zip(actual.SelectMany(group => group)))
        {
            Assert.Equal(one.Tokens, other.Tokens);
            Assert.Equal(one.LogProbabilities, other.LogProbabilities);
            Assert.Equal(one.Entropies, other.Entropies);
            Assert.Equal(one.End, other.End);
        }
    }
}
