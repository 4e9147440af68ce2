using Hone.Models;
using Hone.Models.Generation;
using Hone.Tensors;

namespace Hone.Tests.Models.Generation;

/// <summary>A model whose rotation changes beyond 40 tokens, evaluated: each token is drawn under the rotation of its sequence's length.</summary>
[Trait("Tier", "all")]
public sealed class FollowsLengthTests : IDisposable
{
    readonly Workers _workers = new(1);
    readonly Decoder _decoder;

    public FollowsLengthTests() => _decoder = RandomDecoder.Create(Families.Config("phi3"), _workers);

    public void Dispose()
    {
        _decoder.Dispose();
        _workers.Dispose();
    }

    [Fact]
    public void Every_token_has_the_log_probability_of_its_prefix_computed_anew()
    {
        using var generator = new Generator(_decoder, 4) { FollowsLength = true };
        GenerationRequest[] requests = [Request(0, 37, 3, 12), Request(1, 3, 2, 5), Request(2, 39, 1, 1), Request(3, 60, 2, 9), Request(4, 30, 1, 11)];

        var completions = generator.Generate(requests);

        for (int r = 0; r < requests.Length; r++)
        {
            Assert.Equal(requests[r].Count, completions[r].Length);
            Assert.All(completions[r], completion => AssertAnew(requests[r].Prompt, completion));
        }
    }

    [Fact]
    public void Batch_and_company_change_no_token()
    {
        using var alone = new Generator(_decoder, 1) { FollowsLength = true };
        using var together = new Generator(_decoder, 9) { FollowsLength = true };
        GenerationRequest[] requests = [Request(0, 37, 3, 12), Request(3, 60, 2, 9)];

        var expected = alone.Generate(requests).SelectMany(group => group).Select(completion => completion.Tokens).ToArray();

        Assert.Equal(expected, together.Generate(requests).SelectMany(group => group).Select(completion => completion.Tokens));
        Assert.NotEqual(expected[0], expected[1]);
    }

    [Fact]
    public void The_length_of_a_run_is_back_in_place_afterwards()
    {
        _decoder.RotaryLength = 77;
        using var generator = new Generator(_decoder, 4) { FollowsLength = true };

        generator.Generate([Request(0, 37, 1, 9)]);

        Assert.Equal(77, _decoder.RotaryLength);
    }

    static GenerationRequest Request(uint number, int prompt, int count, int maxTokens) => new()
    {
        Prompt = RandomDecoder.Tokens(prompt, (int)number),
        Count = count,
        MaxTokens = maxTokens,
        Key = new RandomKey(5, RandomPurpose.Completions, 0, number),
        EndTokens = [],
    };

    void AssertAnew(int[] prompt, Completion completion)
    {
        for (int t = 0; t < completion.Tokens.Length; t++)
        {
            int[] prefix = [.. prompt, .. completion.Tokens[..t]];
            using var arena = new Arena();
            _decoder.RotaryLength = prefix.Length;
            var tape = new Tape(_decoder.Device, arena, records: false);
            var hidden = _decoder.Hidden(tape, RowBatch.Pack([new PackedGroup(prefix, [])]));
            var head = new LanguageModelHead(_decoder, tape, hidden, [prefix.Length - 1], [completion.Tokens[t]], 1);
            Assert.Equal(head.LogProbabilities[0], completion.LogProbabilities[t]);
        }
    }
}
