using Hone.Grading.Rules.Numbers;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>Units of measure that are told apart and converted exactly; any other unit is its name.</summary>
static class MathUnits
{
    // Dimension, factor to the dimension's first unit, names.
    static readonly (string Dimension, string Factor, string Names)[] _table =
    [
        ("length", "1", "m meter meters metre metres"), ("length", "1000", "km kilometer kilometers kilometre kilometres"),
        ("length", "0.01", "cm centimeter centimeters centimetre centimetres"), ("length", "0.001", "mm millimeter millimeters millimetre millimetres"),
        ("length", "0.0254", "in inch inches"), ("length", "0.3048", "ft foot feet"), ("length", "0.9144", "yd yard yards"), ("length", "1609.344", "mi mile miles"),
        ("mass", "1", "g gram grams"), ("mass", "1000", "kg kilogram kilograms"), ("mass", "0.001", "mg milligram milligrams"),
        ("mass", "453.59237", "lb lbs pound pounds"), ("mass", "28.349523125", "oz ounce ounces"),
        ("time", "1", "s sec secs second seconds"), ("time", "60", "min mins minute minutes"), ("time", "3600", "h hr hrs hour hours"),
        ("time", "86400", "day days"), ("time", "604800", "week weeks"), ("time", "0.001", "ms"),
        ("volume", "1", "l liter liters litre litres"), ("volume", "0.001", "ml milliliter milliliters millilitre millilitres"),
        ("money", "1", "dollar dollars usd"), ("money", "0.01", "cent cents"),
    ];

    static readonly Dictionary<string, (string Dimension, Rational Factor)> _known = _table
        .SelectMany(row => row.Names.Split(' ').Select(name => (name, (row.Dimension, Rational.OfDecimal(row.Factor)!.Value)))).ToDictionary(one => one.name, one => one.Item2);

    public static bool IsKnown(string word) => _known.ContainsKey(word.ToLowerInvariant());

    /// <summary>° and % for their names, any other unit as it is.</summary>
    public static string Sign(string unit) => unit.ToLowerInvariant() switch
    {
        "degree" or "degrees" or "deg" => "°",
        "percent" or "per cent" => "%",
        _ => unit,
    };

    /// <summary>The factor from one unit to another; null where they do not measure the same. Names that are not known are the same where they are
    /// equal but for case, a plural's s and dots.</summary>
    public static Rational? Factor(string from, string to)
    {
        var (a, b) = (Part(from), Part(to));
        if (a.Power != b.Power)
        {
            return null;
        }

        if (_known.TryGetValue(a.Name, out var one) && _known.TryGetValue(b.Name, out var other))
        {
            return one.Dimension == other.Dimension ? one.Factor.Over(other.Factor)?.Power(a.Power) : null;
        }

        return Singular(a.Name) == Singular(b.Name) ? Rational.One : null;
    }

    // "cm^2", "square centimeters", "sq. cm", "cubic feet".
    static (string Name, int Power) Part(string unit)
    {
        string name = unit.ToLowerInvariant().Replace(".", "").Trim();
        int caret = name.LastIndexOf('^');
        int power = caret >= 0 && int.TryParse(name.AsSpan(caret + 1), out int written) && written is > 0 and < 10 ? written : 1;
        name = (caret >= 0 ? name[..caret] : name).Trim();
        foreach (var (word, raised) in new[] { ("square ", 2), ("sq ", 2), ("cubic ", 3), ("cu ", 3) })
        {
            if (name.StartsWith(word, StringComparison.Ordinal))
            {
                return (name[word.Length..].Trim(), raised);
            }
        }

        return (name, power);
    }

    static string Singular(string name) => string.Concat(name.Where(c => char.IsLetter(c) || c is '%' or '°')).TrimEnd('s');
}
