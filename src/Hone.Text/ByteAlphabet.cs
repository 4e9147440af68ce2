using System.Text;

namespace Hone.Text;

/// <summary>GPT-2's alphabet: every byte as one printable character, so that a vocabulary of bytes can be written as text.</summary>
/// <remarks>Printable Latin-1 stands for itself; the other 68 bytes become U+0100, U+0101 … in order ("Ġ" is the space).</remarks>
static class ByteAlphabet
{
    static readonly char[] _characters = Build();
    static readonly short[] _bytes = Invert();

    public static char Of(byte value) => _characters[value];

    /// <summary>The UTF-8 bytes of a text in this alphabet.</summary>
    public static char[] Write(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return Array.ConvertAll(bytes, Of);
    }

    /// <summary>The bytes that a token stands for; a token with a character outside the alphabet stands for its own UTF-8.</summary>
    public static byte[] Read(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            short value = token[i] < _bytes.Length ? _bytes[token[i]] : (short)-1;
            if (value < 0)
            {
                return Encoding.UTF8.GetBytes(token);
            }

            bytes[i] = (byte)value;
        }

        return bytes;
    }

    static char[] Build()
    {
        var characters = new char[256];
        int next = 256;
        for (int b = 0; b < 256; b++)
        {
            bool printable = b is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE;
            characters[b] = printable ? (char)b : (char)next++;
        }

        return characters;
    }

    static short[] Invert()
    {
        var bytes = new short[_characters.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (int b = 0; b < 256; b++)
        {
            bytes[_characters[b]] = (short)b;
        }

        return bytes;
    }
}
