namespace Hone.Text.PreTokenizers;

/// <summary>Writes spaces as a visible character ('▁'), may put one in front, and may cut before each of them.</summary>
sealed class MetaspaceSplit(char replacement, MetaspacePrefix prefix, bool split) : PreTokenizer
{
    public static MetaspaceSplit Read(JsonFields fields)
    {
        // str_rep repeats the replacement in files of old releases.
        fields.Ignore("str_rep");
        return new(MetaspaceFields.Replacement(fields), MetaspaceFields.Prefix(fields), fields.Flag("split", absent: true));
    }

    public override void Split(ReadOnlyMemory<char> text, bool atStart, PieceSink pieces)
    {
        bool prepend = text.Span[0] != ' ' && text.Span[0] != replacement
            && (prefix == MetaspacePrefix.Always || prefix == MetaspacePrefix.First && atStart);
        char[] written = new char[text.Length + (prepend ? 1 : 0)];
        written[0] = replacement;
        text.Span.Replace(written.AsSpan(prepend ? 1 : 0), ' ', replacement);
        if (!split)
        {
            pieces.Add(written, atStart);
            return;
        }

        for (int start = 0, end; start < written.Length; start = end)
        {
            int next = written.AsSpan(start + 1).IndexOf(replacement);
            end = next < 0 ? written.Length : start + 1 + next;
            pieces.Add(written.AsMemory(start, end - start), atStart && start == 0);
        }
    }
}
