using System.Text;
using Hone.Text.Patterns;

namespace Hone.Text.Normalizers;

/// <summary>Lower case of each character by itself: no final sigma, and 'İ' becomes 'i' with a dot above.</summary>
sealed class Lowercase : Normalizer
{
    const int CapitalIWithDot = 0x130;

    public override string Apply(string text, ref bool atStart)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == CapitalIWithDot)
            {
                result.Append("i\u0307");
            }
            else
            {
                result.Append(Rune.ToLowerInvariant(rune));
            }
        }

        return result.ToString();
    }
}

/// <summary>Puts a text in front of every part that is not empty.</summary>
sealed class Prepend(string prefix) : Normalizer
{
    public override string Apply(string text, ref bool atStart)
    {
        TextLimit.Require((long)prefix.Length + text.Length);
        return text.Length == 0 ? text : prefix + text;
    }
}

/// <summary>Replaces every match of a pattern.</summary>
sealed class Replace(Pattern pattern, string content) : Normalizer
{
    // A literal of one character, as SentencePiece-style files have it.
    readonly char? _single = pattern.Literal is [var c] && content.Length == 1 && !char.IsSurrogate(c) ? c : null;

    public static Replace Read(JsonFields fields) =>
        new(PatternField.Read(fields.Require("pattern"), $"{fields.Path}.pattern"), fields.Text("content"));

    public override string Apply(string text, ref bool atStart)
    {
        if (_single is { } single)
        {
            return text.Replace(single, content[0]);
        }

        var result = new StringBuilder(text.Length);
        int copied = 0;
        foreach (var (start, end) in pattern.Matches(text))
        {
            // One character for one keeps its place; anything else takes the place of its last character.
            atStart &= start > 0 || end == 0 || (content.Length > 0 && end == CodePoints.LengthAt(text, 0));
            result.Append(text, copied, start - copied).Append(content);
            TextLimit.Require(result.Length);
            copied = end;
        }

        return result.Append(text, copied, text.Length - copied).ToString();
    }
}

/// <summary>The UTF-8 bytes in GPT-2's alphabet.</summary>
sealed class ByteLevel : Normalizer
{
    public override string Apply(string text, ref bool atStart) => new(ByteAlphabet.Write(text));
}
