using Hone.Grading.Rules.Texts;

namespace Hone.Grading.Rules;

/// <summary>What a length is counted in.</summary>
public enum LengthUnit
{
    Characters,
    Words,

    /// <summary>Lines with something on them.</summary>
    Lines,
}

/// <summary>1 for a length n within [least, most]; outside it falls on a line to 0: max(0, 1 − distance / slope).</summary>
/// <remarks>For answers that should be neither curt nor long, as a small part beside a grader of what they say. White space at the ends
/// and characters that show nothing do not count; of Chinese, Japanese and Thai each character is a word. A slope of 0 is a hard edge.</remarks>
public sealed class LengthGrader(LengthUnit unit, int? least, int? most, double slope = 0) : RuleGrader
{
    internal static LengthGrader Read(GraderForm form)
    {
        string unit = form.Choice("unit", "words", ("characters", ""), ("words", ""), ("lines", ""));
        int? least = form.Integer("least", least: 0), most = form.Integer("most", least: 0);
        if (!form.Has("least") && !form.Has("most"))
        {
            form.Problem($"{form.Path}.most is missing; give least, most or both, in {unit}.");
        }
        else if (least > most)
        {
            form.Problem($"{form.Path}.least is {least}, but needs to be {most} at most, which is most.");
        }

        double slope = form.Number("slope", least: 0) ?? 0;
        return new(unit switch { "characters" => LengthUnit.Characters, "lines" => LengthUnit.Lines, _ => LengthUnit.Words }, least, most, slope);
    }

    protected override Grade GradeOne(GradingItem item)
    {
        int length = Count(CleanText.Visible(item.Completion));
        double distance = length < least ? least.Value - length : length > most ? length - most.Value : 0;
        double score = distance == 0 ? 1 : slope > 0 ? Math.Max(0, 1 - distance / slope) : 0;
        string words = unit switch { LengthUnit.Characters => "characters", LengthUnit.Lines => "lines", _ => "words" };
        return item.Scored(score, $"{length} {words}, {Band()}.", new Metric("length", length, MetricType.Metric));
    }

    string Band() => (least, most) switch
    {
        ({ } from, { } to) => $"{from} to {to} wanted",
        ({ } from, null) => $"{from} or more wanted",
        _ => $"{most} at most wanted",
    };

    int Count(string text) => unit switch
    {
        LengthUnit.Characters => text.Trim().EnumerateRunes().Count(),
        LengthUnit.Lines => text.Split('\n').Count(line => !string.IsNullOrWhiteSpace(line)),
        _ => WordCut.Of(text).Count(),
    };
}
