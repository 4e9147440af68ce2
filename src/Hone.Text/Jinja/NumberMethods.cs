using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>The attributes and methods of numbers.</summary>
static class NumberMethods
{
    public static object? Find(object number, string name)
    {
        bool isWhole = Numbers.TryWhole(number, out var whole);
        return name switch
        {
            "real" => isWhole ? whole : number,
            "imag" => isWhole ? BigInteger.Zero : 0.0,
            "numerator" when isWhole => whole,
            "denominator" when isWhole => BigInteger.One,
            "conjugate" => new Function(name, _ => isWhole ? whole : number),
            "bit_length" when isWhole => new Function(name, _ => (BigInteger)BigInteger.Abs(whole).GetBitLength()),
            "bit_count" when isWhole => new Function(name, _ => BigInteger.PopCount(BigInteger.Abs(whole))),
            "is_integer" => new Function(name, _ => isWhole || number is double value && double.IsInteger(value)),
            _ => null,
        };
    }
}
