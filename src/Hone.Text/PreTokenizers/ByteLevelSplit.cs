using Hone.Text.Patterns;

namespace Hone.Text.PreTokenizers;

/// <summary>Splits as GPT-2 did (if asked to) and writes each piece's UTF-8 bytes in the byte alphabet (unless left to the model).</summary>
sealed class ByteLevelSplit(bool addPrefixSpace, bool useRegex, bool writeBytes) : PreTokenizer
{
    static readonly PatternSplit _gpt2 = new(
        new Pattern(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"),
        SplitBehavior.Isolated,
        invert: false);

    public static ByteLevelSplit Read(JsonFields fields)
    {
        // trim_offsets only moves offsets, which nothing here reports.
        fields.Flag("trim_offsets");
        return new(fields.Flag("add_prefix_space"), fields.Flag("use_regex", absent: true), writeBytes: true);
    }

    public override PreTokenizer? LeavingBytes() => new ByteLevelSplit(addPrefixSpace, useRegex, writeBytes: false);

    public override void Split(ReadOnlyMemory<char> text, bool atStart, PieceSink pieces)
    {
        if (addPrefixSpace && !text.Span.StartsWith(' '))
        {
            text = string.Concat(" ", text.Span).AsMemory();
        }

        var written = writeBytes ? new WritingSink(pieces) : pieces;
        if (useRegex)
        {
            _gpt2.Split(text, atStart, written);
        }
        else
        {
            written.Add(text, atStart);
        }
    }

    sealed class WritingSink(PieceSink next) : PieceSink
    {
        public override void Add(ReadOnlyMemory<char> piece, bool atStart)
        {
            TextLimit.Require(piece.Length);
            next.Add(ByteAlphabet.Write(piece.Span), atStart);
        }
    }
}
