using System.Text;

namespace Hone.Text.Patterns;

/// <summary>Walks UTF-16 text by code points. Lone surrogates do not occur in it (<see cref="WellFormed"/>).</summary>
static class CodePoints
{
    /// <summary>The code point at a position that is inside the text, and its length in UTF-16 units.</summary>
    public static int At(ReadOnlySpan<char> text, int position, out int length)
    {
        char c = text[position];
        if (char.IsHighSurrogate(c) && position + 1 < text.Length)
        {
            length = 2;
            return char.ConvertToUtf32(c, text[position + 1]);
        }

        length = 1;
        return c;
    }

    /// <summary>The code point that ends before a position above 0, and its length.</summary>
    public static int Before(ReadOnlySpan<char> text, int position, out int length)
    {
        char c = text[position - 1];
        if (char.IsLowSurrogate(c) && position >= 2)
        {
            length = 2;
            return char.ConvertToUtf32(text[position - 2], c);
        }

        length = 1;
        return c;
    }

    public static int LengthAt(ReadOnlySpan<char> text, int position) =>
        position < text.Length && char.IsHighSurrogate(text[position]) ? 2 : 1;

    /// <summary>The text with every lone surrogate replaced by U+FFFD, as UTF-8 would have it.</summary>
    public static string WellFormed(string text)
    {
        StringBuilder? mended = null;
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                i++;
                continue;
            }

            mended ??= new(text);
            mended[i] = '\uFFFD';
        }

        return mended?.ToString() ?? text;
    }
}
