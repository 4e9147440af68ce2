using Hone.Grading.Rules.Answers;

namespace Hone.Grading.Rules.Numbers;

/// <summary>What a percent sign means.</summary>
public enum PercentSign
{
    /// <summary>Nothing: 50 % is 50.</summary>
    Ignored,

    /// <summary>Hundredths: 50 % is 0.5.</summary>
    Hundredths,

    /// <summary>Either, where only one of the two numbers has it.</summary>
    Either,
}

/// <summary>1 where the completion's number a equals the reference's b within a tolerance, else 0:
/// |a − b| ≤ max(absolute, relative · |b|), exactly, at any length.</summary>
/// <remarks>
/// <para>For answers that are one number. Read are thousands parted by commas, apostrophes or narrow spaces, currency signs and
/// units, percent, fractions and mixed numbers (<c>3/4</c>, <c>1 3/4</c>, <c>\frac34</c>, <c>½</c>), powers of ten (<c>1.5e3</c>,
/// <c>1.5 × 10^3</c>, <c>1.5 thousand</c>), digits of every script; not times, dates and words such as "ten".</para>
/// <para>By default the answer is what <c>\boxed{}</c>, <c>####</c> or the tag marks, all of them where there are several; else the
/// sentence "the answer is …"; else the last number. Where several different numbers stand for the answer (<c>#### 17 or 18</c>; a list
/// at the end) it scores 0. A reference without a number is a fault.</para>
/// </remarks>
public sealed class NumberGrader(AnswerPlacement place, string? field = null) : RuleGrader
{
    /// <summary>As in 0.01: within a cent.</summary>
    public double Absolute { get; init; }

    /// <summary>As in 0.01: within one percent of the reference.</summary>
    public double Relative { get; init; }

    public PercentSign Percent { get; init; }

    /// <summary>Decimals follow a comma, and points part thousands: 1.250,50.</summary>
    public bool DecimalComma { get; init; }

    internal static NumberGrader Read(GraderForm form) => new(
        AnswerPlacement.Read(form, AnswerMark.Any, AnswerMark.Boxed, AnswerMark.Hash, AnswerMark.Tag, AnswerMark.Phrase, AnswerMark.Last),
        form.Text("field"))
    {
        Absolute = form.Number("absolute", least: 0) ?? 0,
        Relative = form.Number("relative", least: 0) ?? 0,
        Percent = form.Choice("percent", "ignored", ("ignored", "50 % is 50"), ("hundredths", "50 % is 0.5"), ("either", "")) switch
        {
            "hundredths" => PercentSign.Hundredths,
            "either" => PercentSign.Either,
            _ => PercentSign.Ignored,
        },
        DecimalComma = form.Flag("decimalComma"),
    };

    protected override Grade GradeOne(GradingItem item)
    {
        if (ReferenceAnswers.Of(item, field, out string problem) is not { } accepted)
        {
            return item.Failed("reference", problem);
        }

        FoundNumber[] expected = [.. accepted.Select(answer => new NumberAnswer(Point).Of(answer, new(), out problem)).OfType<FoundNumber[]>().SelectMany(one => one)];
        if (expected.Length == 0)
        {
            return item.Failed("reference", $"the reference answer \"{Quote(accepted[0])}\" gives no number: {problem}.");
        }

        var found = new NumberAnswer(Point).Of(item.Completion, place, out problem);
        var answered = new Metric("answered", found is null ? 0 : 1, MetricType.Metric);
        if (found is null)
        {
            return item.Scored(0, $"No answer: {problem}.", answered);
        }

        int wrong = Array.FindIndex(found, number => !expected.Any(other => IsClose(number, other)));
        return wrong < 0
            ? item.Scored(1, $"{Quote(found[0].Value.ToString()!)} is right.", answered)
            : item.Scored(0, $"{Quote(found[wrong].Value.ToString()!)} is wrong, {Quote(expected[0].Value.ToString()!)} was expected.", answered);
    }

    char Point => DecimalComma ? ',' : '.';

    bool IsClose(FoundNumber found, FoundNumber expected)
    {
        bool IsNear(Rational? a, Rational? b) => a is { } one && b is { } other && IsClose(one, other, found.IsPercent, expected.IsPercent);

        // Where one of them has no word, the question may have named it: "3 million" for "how many million?".
        return IsNear(found.Full, expected.Full) || (found.Power == 0) != (expected.Power == 0) && IsNear(found.Value, expected.Value);
    }

    bool IsClose(Rational a, Rational b, bool isPercent, bool isExpectedPercent)
    {
        bool differ = isPercent != isExpectedPercent;
        return Percent switch
        {
            PercentSign.Hundredths => IsClose(Scaled(a, isPercent), Scaled(b, isExpectedPercent)),
            PercentSign.Either when differ => IsClose(a, b) || IsClose(Scaled(a, isPercent), Scaled(b, isExpectedPercent)),
            _ => IsClose(a, b),
        };
    }

    static Rational Scaled(Rational value, bool isPercent) => isPercent ? value.Over(100) ?? value : value;

    bool IsClose(Rational found, Rational expected)
    {
        if (found == expected || found.Minus(expected)?.Absolute() is not { } distance)
        {
            return found == expected;
        }

        return distance.CompareTo(Rational.OfShortest(Absolute)) <= 0
            || (Relative > 0 && expected.Absolute().Times(Rational.OfShortest(Relative)) is { } within && distance.CompareTo(within) <= 0);
    }
}
