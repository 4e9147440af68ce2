using System.Globalization;

namespace Hone.Text.Patterns;

/// <summary>A set of code points: ranges, Unicode categories and other sets, possibly negated.</summary>
sealed class CharacterSet
{
    readonly List<(int First, int Last)> _ranges = [];
    readonly List<CharacterSet> _parts = [];
    readonly ulong[] _ascii = new ulong[2];

    // For each 256 code units below U+10000 one bit each, made when first needed; two threads may make the same.
    readonly ulong[]?[] _pages = new ulong[]?[256];
    uint _categories;
    bool _negated;
    bool _ignoreCase;

    public static CharacterSet Of(int character, bool ignoreCase) => new CharacterSet().Add(character, character).Seal(false, ignoreCase);

    public static CharacterSet Of(uint categories, bool negated = false) =>
        new CharacterSet { _categories = categories }.Seal(negated, ignoreCase: false);

    /// <summary>\s: the 25 code points with the property White_Space.</summary>
    public static CharacterSet Whitespace(bool negated) => new CharacterSet
    {
        _categories = Categories.Named("Z")!.Value,
    }.Add(0x9, 0xD).Add(0x85, 0x85).Seal(negated, ignoreCase: false);

    /// <summary>\w: Alphabetic, marks, decimal digits, connectors; with the two joiners in Rust, with superscripts and fractions of Latin-1 in Oniguruma.</summary>
    public static CharacterSet Word(bool negated, PatternDialect dialect = PatternDialect.Rust)
    {
        var set = new CharacterSet
        {
            _categories = Categories.Named("L")!.Value | Categories.Named("M")!.Value
                | Categories.Named("Nd")!.Value | Categories.Named("Nl")!.Value | Categories.Named("Pc")!.Value,
        }.Add(0x24B6, 0x24E9).Add(0x1F130, 0x1F149).Add(0x1F150, 0x1F169).Add(0x1F170, 0x1F189);
        set = dialect == PatternDialect.Rust ? set.Add(0x200C, 0x200D) : set.Add(0xB2, 0xB3).Add(0xB9, 0xB9).Add(0xBC, 0xBE);
        return set.Seal(negated, ignoreCase: false);
    }

    /// <summary>Nd, Nl and No as the published tokenizers' own code knows them: with those of the Unicode version after the patterns'.</summary>
    public static CharacterSet Numeric() => new CharacterSet { _categories = Categories.Named("N")!.Value }
        .Add(0x11DE0, 0x11DE9).Add(0x16FF4, 0x16FF6).Seal(negated: false, ignoreCase: false);

    public CharacterSet Add(int first, int last)
    {
        _ranges.Add((first, last));
        return this;
    }

    public CharacterSet Add(CharacterSet part)
    {
        _parts.Add(part);
        return this;
    }

    /// <summary>Ends the construction; ASCII is answered from a table from here on.</summary>
    public CharacterSet Seal(bool negated, bool ignoreCase)
    {
        (_negated, _ignoreCase) = (negated, ignoreCase);
        for (int c = 0; c < 128; c++)
        {
            if (Decide(c))
            {
                _ascii[c >> 6] |= 1UL << c;
            }
        }

        return this;
    }

    /// <summary>The members from 64·half on, a bit each.</summary>
    public ulong Ascii(int half) => _ascii[half];

    /// <summary>False only if the set surely ends with ASCII.</summary>
    public bool MayHoldAboveAscii =>
        _negated || _ignoreCase || _categories != 0 || _parts.Count > 0 || _ranges.Any(range => range.Last >= 128);

    public bool Contains(int c) =>
        c < 128 ? (_ascii[c >> 6] >> c & 1) != 0
        : c < 0x10000 ? ((_pages[c >> 8] ?? Page(c >> 8))[c >> 6 & 3] >> c & 1) != 0
        : Decide(c);

    /// <summary>How many UTF-16 units from a place on are members, and how many characters they are; not more than <paramref name="most"/> characters.</summary>
    public int Run(ReadOnlySpan<char> text, int at, int most, out int count)
    {
        ulong low = _ascii[0], high = _ascii[1];
        int start = at, wide = 0;
        while ((uint)at < (uint)text.Length && at - start - wide < most)
        {
            char c = text[at];
            if (c < 128)
            {
                if (((c < 64 ? low : high) >> c & 1) == 0)
                {
                    break;
                }

                at++;
                continue;
            }

            if (!Contains(CodePoints.At(text, at, out int length)))
            {
                break;
            }

            at += length;
            wide += length - 1;
        }

        count = at - start - wide;
        return at - start;
    }

    ulong[] Page(int page)
    {
        ulong[] bits = new ulong[4];
        for (int i = 0; i < 256; i++)
        {
            bits[i >> 6] |= Decide(page << 8 | i) ? 1UL << i : 0;
        }

        return _pages[page] = bits;
    }

    bool Decide(int c) => (Lists(c) || _ignoreCase && ListsOtherCase(c)) != _negated;

    bool Lists(int c)
    {
        foreach (var (first, last) in _ranges)
        {
            if (c >= first && c <= last)
            {
                return true;
            }
        }

        if (_categories != 0 && (_categories >> (int)CharUnicodeInfo.GetUnicodeCategory(c) & 1) != 0)
        {
            return true;
        }

        foreach (var part in _parts)
        {
            if (part.Contains(c))
            {
                return true;
            }
        }

        return false;
    }

    bool ListsOtherCase(int c)
    {
        foreach (int other in CaseFolding.Equals(c))
        {
            if (Lists(other))
            {
                return true;
            }
        }

        return false;
    }
}
