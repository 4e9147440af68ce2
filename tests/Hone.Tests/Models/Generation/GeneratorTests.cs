using Hone.Models;
using Hone.Models.Generation;
using Hone.Tensors;

namespace Hone.Tests.Models.Generation;

[Trait("Tier", "all")]
public sealed class GeneratorTests : IDisposable
{
    readonly Workers _workers = new(2);
    readonly Decoder _decoder;
    readonly Generator _generator;

    public GeneratorTests()
    {
        _decoder = RandomDecoder.Create(_workers);
        _generator = new Generator(_decoder, 4);
    }

    public void Dispose()
    {
        _generator.Dispose();
        _decoder.Dispose();
        _workers.Dispose();
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 1, 9)]
    [InlineData(1, 20, 3)]
    [InlineData(16, 1, 5)]
    [InlineData(33, 34, 1)]
    [InlineData(33, 34, 11)]
    public void Completions_are_as_many_and_as_long_as_asked_for(int prompt, int maxTokens, int count)
    {
        var completions = _generator.Generate([Request(prompt) with { MaxTokens = maxTokens, Count = count }])[0];

        Assert.Equal(count, completions.Length);
        Assert.All(completions, completion =>
        {
            Assert.Equal(maxTokens, completion.Tokens.Length);
            Assert.Equal(maxTokens, completion.LogProbabilities.Length);
            Assert.Equal(maxTokens, completion.Entropies.Length);
            Assert.Equal(CompletionEnd.MaxTokens, completion.End);
        });
        Assert.Equal(0, _generator.PagesInUse);
    }

    [Fact]
    public void An_end_token_is_kept_and_ends_its_completion()
    {
        var free = _generator.Generate([Request(20) with { MaxTokens = 30 }])[0][0].Tokens;
        int end = free[12], first = Array.IndexOf(free, end);

        var completion = _generator.Generate([Request(20) with { MaxTokens = 30, EndTokens = [end] }])[0][0];

        Assert.Equal(free[..(first + 1)], completion.Tokens);
        Assert.Equal(CompletionEnd.EndToken, completion.End);
    }

    [Fact]
    public void A_completion_may_end_with_its_first_token()
    {
        int[] everyToken = [.. Enumerable.Range(0, RandomDecoder.Config.VocabularySize)];

        var completions = _generator.Generate([Request(20) with { Count = 6, EndTokens = everyToken }, Request(3)]);

        Assert.All(completions[0], completion => Assert.Single(completion.Tokens));
        Assert.Equal(0, _generator.PagesInUse);
    }

    [Fact]
    public void A_stop_rule_sees_the_tokens_so_far_and_ends_the_completion()
    {
        var completion = _generator.Generate([Request(20) with { Stop = tokens => tokens.Count == 7 }])[0][0];

        Assert.Equal(7, completion.Tokens.Length);
        Assert.Equal(CompletionEnd.Stop, completion.End);
    }

    [Fact]
    public void Tokens_and_completions_are_told_as_they_come()
    {
        List<(int, int)> tokens = [];
        List<(int, int)> finished = [];
        var requests = new[] { Request(5) with { Count = 3, MaxTokens = 4, OnToken = (i, token) => tokens.Add((i, token)) }, Request(6) };

        var completions = _generator.Generate(requests, (request, i, _) => finished.Add((request, i)));

        Assert.Equal(completions[0].SelectMany((c, i) => c.Tokens.Select(token => (i, token))), tokens.OrderBy(pair => pair.Item1));
        Assert.Equal([(0, 0), (0, 1), (0, 2), (1, 0)], finished.Order());
    }

    [Fact]
    public void Requests_without_completions_are_passed_over()
    {
        var completions = _generator.Generate([Request(5) with { Count = 0 }, Request(6), Request(7) with { Count = 0 }]);

        Assert.Equal([0, 1, 0], completions.Select(group => group.Length));
        Assert.Empty(_generator.Generate([]));
    }

    [Fact]
    public void A_small_cache_changes_no_token()
    {
        GenerationRequest[] requests =
        [
            Request(20) with { Count = 5 }, Request(37) with { Count = 3, MaxTokens = 33 }, Request(5), Request(90) with { MaxTokens = 7 },
        ];
        long page = KeyValueCache.BytesPerPage(_decoder.Shape, RandomDecoder.Config.Layers);
        using var small = new Generator(_decoder, 4, 7 * page);

        Assert.Equal(Tokens(_generator.Generate(requests)), Tokens(small.Generate(requests)));
        Assert.Equal(0, small.PagesInUse);
    }

    [Fact]
    public void A_request_that_no_cache_of_the_size_can_hold_is_named()
    {
        using var small = new Generator(_decoder, 4, 100_000);

        var failure = Assert.Throws<ArgumentException>(() => small.Generate([Request(5), Request(20) with { MaxTokens = 400 }]));

        Assert.Contains("request 1 may take", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_leaves_the_generator_as_it_was()
    {
        GenerationRequest[] requests = [Request(20) with { Count = 7 }, Request(37) with { Count = 7 }];
        var expected = Tokens(_generator.Generate(requests));
        using var stop = new CancellationTokenSource();
        requests[0] = requests[0] with { OnToken = (_, _) => stop.Cancel() };

        for (int i = 0; i < 20; i++)
        {
            Assert.Throws<OperationCanceledException>(() => _generator.Generate(requests, stop: stop.Token));
        }

        requests[0] = requests[0] with { OnToken = null };
        Assert.Equal(expected, Tokens(_generator.Generate(requests)));
        Assert.Equal(0, _generator.PagesInUse);
    }

    [Fact]
    public void A_request_that_cannot_be_served_is_named()
    {
        var empty = Assert.Throws<ArgumentException>(() => _generator.Generate([Request(4), Request(0)]));
        var none = Assert.Throws<ArgumentException>(() => _generator.Generate([Request(4) with { MaxTokens = 0 }]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Generator(_decoder, 0));

        Assert.Contains("prompt of request 1 is empty", empty.Message, StringComparison.Ordinal);
        Assert.Contains("MaxTokens of request 0 is 0", none.Message, StringComparison.Ordinal);
    }

    static GenerationRequest Request(int prompt) => new()
    {
        Prompt = RandomDecoder.Tokens(prompt, seed: prompt),
        MaxTokens = 20,
        Key = new RandomKey(5, RandomPurpose.Completions, 0, (uint)prompt),
        EndTokens = [],
    };

    static IEnumerable<int[]> Tokens(Completion[][] completions) => completions.SelectMany(group => group).Select(c => c.Tokens);
}
