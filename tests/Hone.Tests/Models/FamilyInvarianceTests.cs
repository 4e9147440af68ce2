using Hone.Models;
using Hone.Models.Generation;
using Hone.Tensors;

namespace Hone.Tests.Models;

/// <summary>Bits that must not depend on what travels together, for everything in which families differ.</summary>
[Trait("Tier", "all")]
public sealed class FamilyInvarianceTests : IDisposable
{
    readonly Workers _one = new(1);

    static PackedGroup[] Groups { get; } = [Group(37, 20, 1, 33), Group(1, 5), Group(16, 17, 40), Group(70, 3, 2, 64), Group(31, 1, 1)];

    public static TheoryData<string> Names => Families.Names;

    public void Dispose() => _one.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void A_group_and_a_completion_alone_have_the_bits_they_have_among_others(string family)
    {
        using var decoder = RandomDecoder.Create(Families.Config(family), _one);
        using var adapter = RandomDecoder.Adapter(decoder);
        decoder.Attach(adapter);
        var together = HiddenOf(decoder, Groups);

        int row = 0;
        foreach (var group in Groups)
        {
            Assert.Equal(together[row..(row + group.Rows)], HiddenOf(decoder, group));
            int completion = row + group.Prompt.Length;
            foreach (int[] tokens in group.Completions)
            {
                var alone = HiddenOf(decoder, new PackedGroup(group.Prompt, [tokens]));
                Assert.Equal(together[completion..(completion + tokens.Length - 1)], alone[group.Prompt.Length..]);
                completion += tokens.Length - 1;
            }

            row += group.Rows;
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Prefill_decode_and_training_have_the_same_bits(string family)
    {
        using var decoder = RandomDecoder.Create(Families.Config(family), _one);
        int[] tokens = RandomDecoder.Tokens(83, seed: 9);

        var trained = HiddenOf(decoder, new PackedGroup(tokens, []));

        Assert.All(new[] { 83, 1, 19 }, step => Assert.Equal(trained, Cached(decoder, tokens, step)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Sampler_and_trainer_agree_in_every_bit(string family)
    {
        using var workers = new Workers(2);
        using var decoder = RandomDecoder.Create(Families.Config(family), workers);
        using var adapter = RandomDecoder.Adapter(decoder);
        decoder.Attach(adapter);
        using var generator = new Generator(decoder, 9);
        GenerationRequest[] requests = [Request(0, 37, 8, 40), Request(1, 1, 3, 20), Request(2, 16, 5, 17), Request(3, 70, 6, 33)];

        var completions = generator.Generate(requests);

        PackedGroup[] groups = [.. requests.Select((request, i) => new PackedGroup(request.Prompt, [.. completions[i].Select(c => c.Tokens)]))];
        using var arena = new Arena();
        var tape = new Tape(decoder.Device, arena, records: false);
        var hidden = decoder.Hidden(tape, RowBatch.Pack(groups));
        var (rows, targets) = PackedGroup.Predictions(groups);
        var head = new LanguageModelHead(decoder, tape, hidden, rows, targets, 0.7f);
        var all = completions.SelectMany(group => group).ToArray();
        Assert.Equal(head.LogProbabilities, all.SelectMany(completion => completion.LogProbabilities));
        Assert.Equal(head.Entropies, all.SelectMany(completion => completion.Entropies));
    }

    static GenerationRequest Request(uint number, int prompt, int count, int maxTokens) => new()
    {
        Prompt = RandomDecoder.Tokens(prompt, (int)number),
        Count = count,
        MaxTokens = maxTokens,
        Sampling = new() { Temperature = 0.7f },
        Key = new RandomKey(5, RandomPurpose.Completions, 0, number),
        EndTokens = [3, 11],
    };

    static PackedGroup Group(int prompt, params int[] completions) => new(
        RandomDecoder.Tokens(prompt, seed: prompt), [.. completions.Select((length, i) => RandomDecoder.Tokens(length, seed: 100 + length + i))]);

    static float[][] HiddenOf(Decoder decoder, params PackedGroup[] groups)
    {
        using var arena = new Arena();
        return Rows(decoder.Hidden(new Tape(decoder.Device, arena, records: false), RowBatch.Pack(groups)));
    }

    // The sequence in pieces of so many tokens.
    static float[][] Cached(Decoder decoder, int[] tokens, int step)
    {
        using var cache = new KeyValueCache(decoder.Shape, decoder.Config.Layers, pages: 8);
        using var arena = new Arena();
        int[] pages = [.. Enumerable.Range(0, 8).Select(_ => cache.Take()).Reverse()];
        List<float[]> rows = [];
        for (int start = 0; start < tokens.Length; start += step)
        {
            int[] piece = tokens[start..Math.Min(start + step, tokens.Length)];
            var plan = new AttentionPlan();
            plan.AddCached(0, piece.Length, start, pages);
            var batch = new RowBatch { Tokens = piece, Positions = [.. Enumerable.Range(start, piece.Length)], Plan = plan };
            rows.AddRange(Rows(decoder.Hidden(new Tape(decoder.Device, arena, records: false), batch, cache)));
        }

        return [.. rows];
    }

    static float[][] Rows(Tensor tensor) => [.. Enumerable.Range(0, tensor.Rows).Select(row => tensor.RowSpan(row).ToArray())];
}
