using System.Text;
using Hone.Text.Patterns;

namespace Hone.Text.Normalizers;

/// <summary>Rewrites one code point at a time; those that become nothing at the start of a text are no longer its start.</summary>
abstract class CharacterNormalizer : Normalizer
{
    public override string Apply(string text, ref bool atStart)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Rewrite(rune, result);
            atStart &= result.Length > 0;
        }

        return result.ToString();
    }

    protected abstract void Rewrite(Rune rune, StringBuilder result);
}

/// <summary>Drops whitespace at the start, the end or both.</summary>
sealed class Strip(bool left, bool right) : Normalizer
{
    static readonly CharacterSet _whitespace = CharacterSet.Whitespace(negated: false);

    public override string Apply(string text, ref bool atStart)
    {
        int start = 0, end = text.Length;
        while (left && start < end && _whitespace.Contains(text[start]))
        {
            start++;
        }

        while (right && end > start && _whitespace.Contains(text[end - 1]))
        {
            end--;
        }

        atStart &= start == 0;
        return text[start..end];
    }
}

/// <summary>Drops marks. Accents that are part of a letter need NFD or NFKD before.</summary>
sealed class StripAccents : CharacterNormalizer
{
    protected override void Rewrite(Rune rune, StringBuilder result)
    {
        if (!OlderCategories.Marks.Contains(rune.Value))
        {
            result.Append(rune);
        }
    }
}

/// <summary>SentencePiece's older rule: control characters vanish, odd spaces become spaces.</summary>
sealed class Nmt : CharacterNormalizer
{
    protected override void Rewrite(Rune rune, StringBuilder result)
    {
        switch (rune.Value)
        {
            case (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F:
                break;
            case 0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD:
                result.Append(' ');
                break;
            default:
                result.Append(rune);
                break;
        }
    }
}
