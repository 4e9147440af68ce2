using Hone.Text.Patterns;

namespace Hone.Text.PreTokenizers;

/// <summary>Splits as GPT-2 did (if asked to) and writes each piece's UTF-8 bytes in the byte alphabet.</summary>
sealed class ByteLevelSplit(bool addPrefixSpace, bool useRegex) : PreTokenizer
{
    static readonly PatternSplit _gpt2 = new(
        new Pattern(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"),
        SplitBehavior.Isolated,
        invert: false);

    public static ByteLevelSplit Read(JsonFields fields)
    {
        // trim_offsets only moves offsets, which nothing here reports.
        fields.Flag("trim_offsets");
        return new(fields.Flag("add_prefix_space"), fields.Flag("use_regex", absent: true));
    }

    public override void Split(ReadOnlyMemory<char> text, List<ReadOnlyMemory<char>> pieces)
    {
        if (addPrefixSpace && !text.Span.StartsWith(' '))
        {
            text = string.Concat(" ", text.Span).AsMemory();
        }

        List<ReadOnlyMemory<char>> plain = [];
        if (useRegex)
        {
            _gpt2.Split(text, plain);
        }
        else
        {
            plain.Add(text);
        }

        foreach (var piece in plain)
        {
            pieces.Add(ByteAlphabet.Write(piece.Span));
        }
    }
}
