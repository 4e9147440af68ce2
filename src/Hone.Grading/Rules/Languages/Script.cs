using System.Text;

namespace Hone.Grading.Rules.Languages;

/// <summary>Writing systems that are told apart.</summary>
public enum Script
{
    Other,
    Latin,
    Cyrillic,
    Greek,
    Hebrew,
    Arabic,
    Devanagari,
    Thai,
    Han,
    Kana,
    Hangul,
}

/// <summary>Which script a letter belongs to.</summary>
static class Scripts
{
    static readonly (int First, int Last, Script Script)[] _ranges =
    [
        ('A', 0x02B8, Script.Latin), (0x0370, 0x03FF, Script.Greek), (0x0400, 0x052F, Script.Cyrillic), (0x0590, 0x05FF, Script.Hebrew),
        (0x0600, 0x06FF, Script.Arabic), (0x0750, 0x077F, Script.Arabic), (0x08A0, 0x08FF, Script.Arabic), (0x0900, 0x097F, Script.Devanagari),
        (0x0E00, 0x0E7F, Script.Thai), (0x1100, 0x11FF, Script.Hangul), (0x1C80, 0x1C8F, Script.Cyrillic), (0x1E00, 0x1EFF, Script.Latin),
        (0x1F00, 0x1FFF, Script.Greek), (0x2C60, 0x2C7F, Script.Latin), (0x2DE0, 0x2DFF, Script.Cyrillic), (0x3005, 0x3007, Script.Han),
        (0x3040, 0x30FF, Script.Kana), (0x3130, 0x318F, Script.Hangul), (0x31F0, 0x31FF, Script.Kana), (0x3400, 0x4DBF, Script.Han),
        (0x4E00, 0x9FFF, Script.Han), (0xA640, 0xA69F, Script.Cyrillic), (0xA720, 0xA7FF, Script.Latin), (0xA8E0, 0xA8FF, Script.Devanagari),
        (0xAC00, 0xD7FF, Script.Hangul), (0xF900, 0xFAFF, Script.Han), (0xFB1D, 0xFB4F, Script.Hebrew), (0xFB50, 0xFDFF, Script.Arabic),
        (0xFE70, 0xFEFF, Script.Arabic), (0x20000, 0x3FFFF, Script.Han),
    ];

    /// <summary>Letters by script.</summary>
    public static IReadOnlyDictionary<Script, int> Count(string text)
    {
        var counts = new Dictionary<Script, int>();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune))
            {
                var script = Of(rune.Value);
                counts[script] = counts.GetValueOrDefault(script) + 1;
            }
        }

        return counts;
    }

    static Script Of(int point)
    {
        foreach (var (first, last, script) in _ranges)
        {
            if (point <= last)
            {
                return point >= first ? script : Script.Other;
            }
        }

        return Script.Other;
    }
}
