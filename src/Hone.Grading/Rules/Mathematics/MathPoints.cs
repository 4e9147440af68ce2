using Hone.Grading.Rules.Numbers;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>The points at which two formulas with variables are compared: a function of the variable's name and the point's number alone.</summary>
static class MathPoints
{
    public const int Count = 12;

    // The first ones are above 0, where roots and logarithms have values.
    const int Positive = 4;

    public static IReadOnlyDictionary<string, Rational> At(int point, IReadOnlyCollection<string> variables) =>
        variables.ToDictionary(name => name, name => Value(name, point));

    static Rational Value(string name, int point)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char c in name)
        {
            hash = (hash ^ c) * 0x100000001B3;
        }

        hash = (hash ^ (ulong)(point + 1)) * 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 31)) * 0xBF58476D1CE4E5B9;
        hash ^= hash >> 29;
        long above = 1 + (long)(hash % 89), below = 2 + (long)((hash >> 20) % 17);
        bool negative = point >= Positive && (hash >> 40) % 2 == 1;
        return Rational.Of(negative ? -above : above, below)!.Value;
    }
}
