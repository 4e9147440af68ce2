using System.Text;

namespace Hone.Text.Patterns;

/// <summary>Which characters are equal when case is ignored: Unicode's simple folding.</summary>
static class CaseFolding
{
    // Those whose folding the casing of .NET leaves out: the character, and the lower-case letter that it folds to.
    static readonly (int From, int To)[] _further =
    [
        (0xB5, 0x3BC), (0x17F, 's'), (0x345, 0x3B9), (0x3C2, 0x3C3), (0x3D0, 0x3B2), (0x3D1, 0x3B8), (0x3D5, 0x3C6), (0x3D6, 0x3C0), (0x3F0, 0x3BA),
        (0x3F1, 0x3C1), (0x3F5, 0x3B5), (0x1C80, 0x432), (0x1C81, 0x434), (0x1C82, 0x43E), (0x1C83, 0x441), (0x1C84, 0x442), (0x1C85, 0x442),
        (0x1C86, 0x44A), (0x1C87, 0x463), (0x1C88, 0xA64B), (0x1E9B, 0x1E61), (0x1E9E, 0xDF), (0x1FBE, 0x3B9), (0x2126, 0x3C9), (0x212A, 'k'), (0x212B, 0xE5),
    ];

    static readonly Dictionary<int, int> _folded = _further.ToDictionary(pair => pair.From, pair => pair.To);
    static readonly ILookup<int, int> _alike = _further.ToLookup(pair => pair.To, pair => pair.From);

    /// <summary>All that are equal to a code point, some more than once, the code point among them.</summary>
    public static IEnumerable<int> Equals(int c)
    {
        if (!Rune.IsValid(c))
        {
            return [c];
        }

        int lower = _folded.TryGetValue(c, out int folded) ? folded : Rune.ToLowerInvariant(new(c)).Value;
        return _alike[lower].Append(lower).Append(Rune.ToUpperInvariant(new(lower)).Value);
    }
}
