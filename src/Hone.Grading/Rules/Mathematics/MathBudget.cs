using Hone.Grading.Rules.Numbers;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>How much a comparison may still reckon. Counted, not timed: the same answer ends in the same place on every machine.</summary>
sealed class MathBudget(int steps = 200_000)
{
    int _left = steps;

    public bool IsSpent => _left <= 0;

    /// <summary>False when nothing is left.</summary>
    public bool Take(int steps = 1) => (_left -= steps) > 0;

    /// <summary>Takes what an operation with such a number costs.</summary>
    public bool Take(Rational value) => Take(1 + (int)Math.Max(value.Numerator.GetBitLength(), value.Denominator.GetBitLength()) / 64);
}
