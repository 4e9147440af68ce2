using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Hone.Text.Normalizers;

/// <summary>SentencePiece's compiled rules (precompiled_charsmap): a double-array tree of byte sequences, and the texts that replace them.</summary>
/// <remarks>
/// A grapheme of fewer than six bytes is looked up whole, and then the shortest rule that begins it replaces all of it;
/// without such a rule, and in longer graphemes, each code point is looked up by itself. The original does so too.
/// </remarks>
sealed class Precompiled : Normalizer
{
    const int LongestWhole = 5;

    readonly uint[] _units;
    readonly byte[] _texts;

    Precompiled(uint[] units, byte[] texts) => (_units, _texts) = (units, texts);

    public static Normalizer Read(JsonFields fields)
    {
        string path = $"{fields.Path}.precompiled_charsmap";
        if (fields.FindText("precompiled_charsmap") is not { Length: > 0 } text)
        {
            return new NormalizerSequence([]);
        }

        // Four bytes of length, the tree in units of four bytes, then the texts, a zero after each.
        byte[] packed = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, packed, out int length)
            || length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(packed) is var size && (size % 4 != 0 || size == 0 || size > length - 4))
        {
            throw new TokenizerException($"{path} is damaged: it is not the base64 of a tree with its texts.");
        }

        uint[] units = new uint[size / 4];
        for (int i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(4 + 4 * i));
        }

        return new Precompiled(units, packed[(4 + (int)size)..length]);
    }

    public override string Apply(string text, ref bool atStart)
    {
        var result = new StringBuilder(text.Length);
        Span<byte> bytes = stackalloc byte[4 * LongestWhole];
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = StringInfo.GetNextTextElementLength(text, at);
            var grapheme = text.AsSpan(at, length);
            if (Encoding.UTF8.GetByteCount(grapheme) is var count and <= LongestWhole
                && Find(bytes[..Encoding.UTF8.GetBytes(grapheme, bytes)]) is { } whole)
            {
                result.Append(whole);
            }
            else
            {
                foreach (var rune in grapheme.EnumerateRunes())
                {
                    _ = Find(bytes[..rune.EncodeToUtf8(bytes)]) is { } one ? result.Append(one) : result.Append(rune);
                }
            }

            TextLimit.Require(result.Length);
            atStart &= result.Length > 0;
        }

        return result.ToString();
    }

    // A unit: bits 0-7 its byte, bit 8 "a value follows", bit 9 and bits 10-30 the distance to its children, bit 31 "this is a value".
    string? Find(ReadOnlySpan<byte> key)
    {
        uint place = Distance(_units[0]);
        foreach (byte b in key)
        {
            place ^= b;
            if (b == 0 || place >= _units.Length || (_units[place] & 0x8000_00FF) != b)
            {
                return null;
            }

            uint unit = _units[place];
            place ^= Distance(unit);
            if ((unit & 0x100) != 0)
            {
                return place < _units.Length ? Text((int)(_units[place] & 0x7FFF_FFFF)) : null;
            }
        }

        return null;
    }

    static uint Distance(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);

    string? Text(int start)
    {
        if (start >= _texts.Length)
        {
            return null;
        }

        int length = _texts.AsSpan(start).IndexOf((byte)0);
        return Encoding.UTF8.GetString(_texts.AsSpan(start, length < 0 ? _texts.Length - start : length));
    }
}
