using System.Globalization;

namespace Hone.Text.Patterns;

/// <summary>Unicode general categories as bit masks: bit i is <see cref="UnicodeCategory"/> i.</summary>
static class Categories
{
    // In the order of UnicodeCategory.
    static readonly string[] _names =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
        "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    /// <summary>The mask of "L", "Lu", "Letter" …; null for a name that is no general category.</summary>
    public static uint? Named(string name)
    {
        string key = name switch
        {
            "Letter" => "L",
            "Mark" => "M",
            "Number" => "N",
            "Punctuation" => "P",
            "Symbol" => "S",
            "Separator" => "Z",
            "Other" => "C",
            _ => name,
        };
        uint mask = 0;
        for (int i = 0; i < _names.Length; i++)
        {
            if (_names[i] == key || key.Length == 1 && _names[i][0] == key[0])
            {
                mask |= 1u << i;
            }
        }

        return mask == 0 ? null : mask;
    }
}
