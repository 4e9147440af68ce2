using Hone.Models;
using Hone.Tensors;

namespace Hone.Tests.Models;

/// <summary>Bits of final hidden states and logits that must not depend on what else is computed with them.</summary>
[Trait("Tier", "all")]
public sealed class DecoderInvarianceTests : IDisposable
{
    readonly Workers _one = new(1);
    readonly Decoder _decoder;
    readonly LoraAdapter _adapter;

    public DecoderInvarianceTests()
    {
        _decoder = RandomDecoder.Create(_one);
        _adapter = RandomDecoder.Adapter(_decoder);
        _decoder.Attach(_adapter);
    }

    static PackedGroup[] Groups { get; } =
    [
        Group(37, 20, 1, 33), Group(1, 5), Group(16, 17, 40), Group(70, 3, 2, 64), Group(31, 1, 1),
    ];

    public void Dispose()
    {
        _adapter.Dispose();
        _decoder.Dispose();
        _one.Dispose();
    }

    [Fact]
    public void A_group_alone_has_the_bits_it_has_among_others()
    {
        var together = HiddenOf(_decoder, Groups);

        int row = 0;
        foreach (var group in Groups)
        {
            Assert.Equal(together[row..(row + group.Rows)], HiddenOf(_decoder, group));
            row += group.Rows;
        }
    }

    [Fact]
    public void A_completion_alone_has_the_bits_it_has_beside_its_siblings()
    {
        var group = Groups[0];
        var together = HiddenOf(_decoder, group);

        int prompt = group.Prompt.Length, row = prompt;
        foreach (int[] completion in group.Completions)
        {
            var alone = HiddenOf(_decoder, new PackedGroup(group.Prompt, [completion]));
            Assert.Equal(together[..prompt], alone[..prompt]);
            Assert.Equal(together[row..(row + completion.Length - 1)], alone[prompt..]);
            row += completion.Length - 1;
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void More_threads_change_no_bit(int threads)
    {
        using var workers = new Workers(threads);
        using var decoder = RandomDecoder.Create(workers);
        using var adapter = RandomDecoder.Adapter(decoder);
        decoder.Attach(adapter);

        Assert.Equal(HiddenOf(_decoder, Groups), HiddenOf(decoder, Groups));
    }

    [Fact]
    public void Prefill_decode_and_training_have_the_same_bits()
    {
        int[] tokens = RandomDecoder.Tokens(83, seed: 9);
        var trained = HiddenOf(_decoder, new PackedGroup(tokens, []));

        Assert.Equal(trained, Cached(tokens, 83));
        Assert.Equal(trained, Cached(tokens, 1));
        Assert.Equal(trained, Cached(tokens, 19));
    }

    [Fact]
    public void A_decoded_row_among_64_has_the_bits_it_has_alone()
    {
        const int Sequences = 64;
        int[][] prompts = [.. Enumerable.Range(0, Sequences).Select(i => RandomDecoder.Tokens(1 + (i * 7 % 50), seed: i))];
        using var cache = new KeyValueCache(_decoder.Shape, _decoder.Config.Layers, pages: Sequences * 4);
        using var arena = new Arena();
        int[][] pages = [.. prompts.Select(prompt => Enumerable.Range(0, 4).Select(_ => cache.Take()).ToArray())];
        for (int i = 0; i < Sequences; i++)
        {
            Continue(arena, cache, pages[i..(i + 1)], [prompts[i]], [0]);
        }

        int[][] next = [.. prompts.Select((_, i) => new[] { i })];
        int[] positions = [.. prompts.Select(prompt => prompt.Length)];
        var together = Rows(_decoder.Logits(arena, Continue(arena, cache, pages, next, positions)));

        for (int i = 0; i < Sequences; i++)
        {
            var alone = Continue(arena, cache, pages[i..(i + 1)], next[i..(i + 1)], positions[i..(i + 1)]);
            Assert.Equal(together[i], Rows(_decoder.Logits(arena, alone))[0]);
        }
    }

    static PackedGroup Group(int prompt, params int[] completions) => new(
        RandomDecoder.Tokens(prompt, seed: prompt), [.. completions.Select((length, i) => RandomDecoder.Tokens(length, seed: 100 + length + i))]);

    static float[][] HiddenOf(Decoder decoder, params PackedGroup[] groups)
    {
        using var arena = new Arena();
        var tape = new Tape(decoder.Device, arena, records: false);
        return Rows(decoder.Hidden(tape, RowBatch.Pack(groups)));
    }

    // The sequence in pieces of so many tokens.
    float[][] Cached(int[] tokens, int step)
    {
        using var cache = new KeyValueCache(_decoder.Shape, _decoder.Config.Layers, pages: 8);
        using var arena = new Arena();
        int[] pages = [.. Enumerable.Range(0, 8).Select(_ => cache.Take()).Reverse()];
        List<float[]> rows = [];
        for (int start = 0; start < tokens.Length; start += step)
        {
            int[] piece = tokens[start..Math.Min(start + step, tokens.Length)];
            rows.AddRange(Rows(Continue(arena, cache, [pages], [piece], [start])));
        }

        return [.. rows];
    }

    Tensor Continue(Arena arena, KeyValueCache cache, int[][] pages, int[][] tokens, int[] positions)
    {
        var plan = new AttentionPlan();
        int row = 0;
        for (int i = 0; i < tokens.Length; i++)
        {
            plan.AddCached(row, tokens[i].Length, positions[i], pages[i]);
            row += tokens[i].Length;
        }

        var batch = new RowBatch
        {
            Tokens = [.. tokens.SelectMany(piece => piece)],
            Positions = [.. tokens.SelectMany((piece, i) => Enumerable.Range(positions[i], piece.Length))],
            Plan = plan,
        };
        return _decoder.Hidden(new Tape(_decoder.Device, arena, records: false), batch, cache);
    }

    static float[][] Rows(Tensor tensor) => [.. Enumerable.Range(0, tensor.Rows).Select(row => tensor.RowSpan(row).ToArray())];
}
