using Hone.Models;
using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Models.Serving;
using Hone.Tensors;

namespace Hone.Tests.Models.Serving;

[Trait("Tier", "all")]
public sealed class ContinuousGeneratorTests : IDisposable
{
    const long Roomy = 64L << 20;

    readonly Workers _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Theory]
    [MemberData(nameof(Families.Names), MemberType = typeof(Families))]
    public void A_crowd_with_different_adapters_changes_no_bit(string family)
    {
        using var decoder = RandomDecoder.Create(Families.Config(family), _workers);

        AssertAsAlone(decoder, batch: 7, Roomy);
    }

    [Theory]
    [MemberData(nameof(ExpertConfigs.Names), MemberType = typeof(ExpertConfigs))]
    public void Experts_with_different_adapters_change_no_bit(string name)
    {
        using var decoder = RandomDecoder.Create(ExpertConfigs.Named(name), _workers);

        AssertAsAlone(decoder, batch: 7, Roomy);
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(3, 64)]
    [InlineData(16, 14)]
    [InlineData(16, 30)]
    public void Short_of_pages_or_slots_sequences_wait_and_change_no_bit(int batch, int pages)
    {
        using var decoder = RandomDecoder.Create(_workers);

        AssertAsAlone(decoder, batch, pages * KeyValueCache.BytesPerPage(decoder.Shape, decoder.Config.Layers));
    }

    [Fact]
    public void Rounded_activations_change_no_bit_either()
    {
        using var decoder = RandomDecoder.Create(_workers, compute: Compute.Bf16);

        AssertAsAlone(decoder, batch: 7, Roomy);
    }

    [Fact]
    public void A_prompt_that_was_there_before_is_not_computed_again()
    {
        using var decoder = RandomDecoder.Create(_workers);
        using var generator = New(decoder, 4, Roomy);
        using var adapter = RandomDecoder.Adapter(decoder);
        int[] prompt = RandomDecoder.Tokens(70, 1);

        var first = Answer(generator, new Asked(prompt, 0, 1, 40, null));
        var again = Answer(generator, new Asked(prompt, 0, 1, 40, null));
        var longer = Answer(generator, new Asked([.. prompt, .. first.Tokens[0], 5], 1, 1, 3, null));
        var other = Answer(generator, new Asked(prompt, 0, 1, 3, adapter));
        var stranger = Answer(generator, new Asked(prompt, 0, 1, 3, null), request => request with { Scope = "somebody else" });

        Assert.Equal([0, 64, 96, 0, 0], new[] { first, again, longer, other, stranger }.Select(answer => answer.Cached));
        Assert.Equal(first.Tokens, again.Tokens);
        Assert.Equal(first.LogProbabilities, again.LogProbabilities);
        Assert.Equal(0, generator.PagesInUse);
    }

    [Fact]
    public void Completions_of_one_prompt_share_its_pages()
    {
        using var decoder = RandomDecoder.Create(_workers);
        using var generator = New(decoder, 8, 20 * KeyValueCache.BytesPerPage(decoder.Shape, decoder.Config.Layers));
        var answer = Begin(generator, new Asked(RandomDecoder.Tokens(160, 1), 0, 8, 3, null));

        for (int step = 0; step < 4; step++)
        {
            generator.Step();
        }

        Assert.All(answer.Tokens, tokens => Assert.Equal(3, tokens.Count));
    }

    [Fact]
    public void Who_is_cancelled_leaves_before_the_next_step()
    {
        using var decoder = RandomDecoder.Create(_workers);
        using var generator = New(decoder, 2, Roomy);
        using var stop = new CancellationTokenSource();
        var left = Begin(generator, new Asked(RandomDecoder.Tokens(20, 1), 0, 3, 50, null), stop: stop.Token);
        var stays = Begin(generator, new Asked(RandomDecoder.Tokens(20, 2), 1, 1, 5, null));
        generator.Step();
        generator.Step();

        stop.Cancel();
        int before = left.Tokens.Sum(tokens => tokens.Count);
        Finish(generator);

        Assert.Equal(before, left.Tokens.Sum(tokens => tokens.Count));
        Assert.Equal(5, stays.Tokens[0].Count);
        Assert.Equal(0, generator.PagesInUse);
    }

    [Fact]
    public void What_can_never_fit_is_refused_in_a_sentence()
    {
        using var decoder = RandomDecoder.Create(_workers);
        using var generator = New(decoder, 2, 10 * KeyValueCache.BytesPerPage(decoder.Shape, decoder.Config.Layers));

        Assert.Null(generator.Refusal(100, 61));
        Assert.Contains("lower the number of tokens", generator.Refusal(100, 62), StringComparison.Ordinal);
    }

    [Fact]
    public void Penalties_and_bias_change_the_draw_and_not_the_log_probability()
    {
        using var decoder = RandomDecoder.Create(_workers);
        using var generator = New(decoder, 2, Roomy);
        var greedy = new SamplingSettings { Temperature = 0 };
        var asked = new Asked(RandomDecoder.Tokens(20, 1), 0, 1, 30, null) { Sampling = greedy };

        var plain = Answer(generator, asked);
        var spread = Answer(generator, asked, request => request with { PresencePenalty = 1000 });
        var forced = Answer(generator, asked, request => request with { LogitBias = new Dictionary<int, float> { [42] = 100 }, Top = 3 });

        Assert.Equal(30, spread.Tokens[0].Distinct().Count());
        Assert.All(forced.Tokens[0], token => Assert.Equal(42, token));
        Assert.Equal(plain.Tokens[0][0], forced.Drawn[0][0].Top[0].Id);
        Assert.Equal(plain.LogProbabilities[0][0], forced.Drawn[0][0].Top[0].LogProbability);
        Assert.True(forced.LogProbabilities[0][0] < forced.Drawn[0][0].Top[0].LogProbability);
    }

    // Requests come while others run; every one must be what the generator makes of it alone.
    void AssertAsAlone(Decoder decoder, int batch, long cacheBytes)
    {
        using var one = RandomDecoder.Adapter(decoder);
        using var other = RandomDecoder.Adapter(decoder, strength: 2);
        int[] shared = RandomDecoder.Tokens(50, 9);
        Asked[] all =
        [
            new(RandomDecoder.Tokens(37, 1), 0, 3, 20, null), new([.. shared, 5, 6], 1, 1, 30, one), new([.. shared, 7], 2, 2, 12, one),
            new([.. shared, 5, 6], 3, 1, 9, other), new([4], 4, 1, 18, other), new(shared, 5, 1, 25, null) { Sampling = new() { TopP = 0.8f } },
            new(RandomDecoder.Tokens(16, 3), 6, 1, 7, one) { Sampling = new() { Temperature = 0 } },
            new(RandomDecoder.Tokens(33, 4), 7, 1, 11, null) { Sampling = new() { Temperature = 0.7f } },
        ];
        using var alone = new Generator(decoder, 1) { FollowsLength = true };
        using var generator = New(decoder, batch, cacheBytes);
        List<Answered> answers = [];
        foreach (var asked in all)
        {
            answers.Add(Begin(generator, asked));
            generator.Step();
            generator.Step();
        }

        Finish(generator);

        for (int i = 0; i < all.Length; i++)
        {
            decoder.Attach(all[i].Adapter);
            var expected = alone.Generate([all[i].ForGenerator])[0];
            Assert.Equal(expected.Select(completion => completion.Tokens), answers[i].Tokens.Select(tokens => tokens.ToArray()));
            Assert.Equal(expected.Select(completion => completion.LogProbabilities), answers[i].LogProbabilities);
        }

        Assert.Equal(0, generator.PagesInUse);
    }

    ContinuousGenerator New(Decoder decoder, int batch, long cacheBytes) =>
        new(decoder, () => new CpuDevice(_workers, decoder.Device.Compute), batch, cacheBytes);

    static Answered Answer(ContinuousGenerator generator, Asked asked, Func<ServedRequest, ServedRequest>? change = null)
    {
        var answer = Begin(generator, asked, change);
        Finish(generator);
        return answer;
    }

    static void Finish(ContinuousGenerator generator)
    {
        while (generator.Step())
        {
        }

        Assert.Equal(0, generator.Unfinished);
    }

    static Answered Begin(
        ContinuousGenerator generator, Asked asked, Func<ServedRequest, ServedRequest>? change = null, CancellationToken stop = default)
    {
        var answer = new Answered(asked.Count);
        var request = new ServedRequest
        {
            Prompt = asked.Prompt,
            Adapter = asked.Adapter,
            Count = asked.Count,
            MaxTokens = asked.MaxTokens,
            Sampling = asked.Sampling,
            Key = asked.Key,
            EndTokens = [3],
            OnToken = (index, token) =>
            {
                answer.Drawn[index].Add(token);
                return false;
            },
            OnEnd = (_, end) => answer.Cached = end.Cached,
            OnFailure = problem => throw new InvalidOperationException("failed", problem),
            Stop = stop,
        };
        generator.Add(change?.Invoke(request) ?? request);
        return answer;
    }

    sealed record Asked(int[] Prompt, uint Number, int Count, int MaxTokens, LoraAdapter? Adapter)
    {
        public SamplingSettings Sampling { get; init; } = new();

        public RandomKey Key => new(5, RandomPurpose.Completions, 0, Number);

        public GenerationRequest ForGenerator => new()
        {
            Prompt = Prompt,
            Count = Count,
            MaxTokens = MaxTokens,
            Sampling = Sampling,
            Key = Key,
            EndTokens = [3],
        };
    }

    sealed class Answered(int count)
    {
        public List<ServedToken>[] Drawn { get; } = [.. Enumerable.Range(0, count).Select(_ => new List<ServedToken>())];
        public int Cached { get; set; }
        public List<int>[] Tokens => Array.ConvertAll(Drawn, tokens => tokens.ConvertAll(token => token.Id));
        public float[][] LogProbabilities => Array.ConvertAll(Drawn, tokens => tokens.ConvertAll(token => token.LogProbability).ToArray());
    }
}
