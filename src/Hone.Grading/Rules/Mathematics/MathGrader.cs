using Hone.Grading.Rules.Answers;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>1 where the completion's answer is mathematically the reference's, else 0.</summary>
/// <remarks>
/// <para>For answers as in MATH: LaTeX or plain fractions, roots, powers, functions, sets, tuples, intervals, unions, matrices, ±, units,
/// percent, degrees, equations and inequalities. Fractions are compared exactly, formulas with variables at twelve fixed points, in
/// bounded time: what is longer than 2,000 characters or takes too much reckoning is not equal.</para>
/// <para>The answer is what <c>\boxed{}</c>, <c>####</c> or the tag marks, else what a sentence "the answer is …" says, else the last line's
/// formula or the last number. An answer of several parts or values equals only a reference of as many. Where the reference is a plain
/// number, <c>17·23</c> is not equal to 391: else repeating the question would be an answer.</para>
/// </remarks>
public sealed class MathGrader(AnswerPlacement place, string? field = null) : RuleGrader
{
    const int MostParts = 16, LongestAnswer = 2 * MathParser.LongestText;

    /// <summary>How far constants may differ, relative to the reference: 0.001 accepts 3.14 for π to that precision. 0: not at all.</summary>
    public double Relative { get; init; }

    /// <summary>Whether sums and products have to be worked out where the reference is a plain number.</summary>
    public bool WorkedOut { get; init; } = true;

    internal static MathGrader Read(GraderForm form) => new(
        AnswerPlacement.Read(form, AnswerMark.Any, AnswerMark.Boxed, AnswerMark.Hash, AnswerMark.Tag, AnswerMark.Phrase, AnswerMark.Whole), form.Text("field"))
    {
        Relative = form.Number("relative", least: 0, most: 1) ?? 0,
        WorkedOut = form.Flag("workedOut", otherwise: true),
    };

    protected override Grade GradeOne(GradingItem item)
    {
        if (ReferenceAnswers.Of(item, field, out string problem) is not { } accepted)
        {
            return item.Failed("reference", problem);
        }

        var answers = MathAnswer.Of(item.Completion, place, out problem);
        var answered = new Metric("answered", answers.Count == 0 ? 0 : 1, MetricType.Metric);
        if (answers.Count is 0 or > MostParts)
        {
            return item.Scored(0, $"No answer: {(answers.Count == 0 ? problem : "too many are marked")}.", answered);
        }

        string why = "";
        bool right = accepted.Any(reference => IsRight(answers, Expected(reference), ref why));
        string said = Quote(string.Join(", ", answers));
        return right ? item.Scored(1, $"{said} is right.", answered)
            : item.Scored(0, $"{said} is wrong{why}, {Quote(Expected(accepted[0]))} was expected.", answered);
    }

    // What a worked solution marks as its answer, or the text as it is.
    static string Expected(string reference)
    {
        foreach (var mark in new[] { AnswerMark.Boxed, AnswerMark.Hash })
        {
            if (MarkedAnswers.Find(reference, new(mark), out _) is { Count: > 0 } found)
            {
                return string.Join(", ", found);
            }
        }

        return reference;
    }

    bool IsRight(IReadOnlyList<string> answers, string reference, ref string why)
    {
        string? reason = null;
        bool right = answers.All(answer => AreEqual(answer, reference, ref reason))
            || (answers.Count > 1 && AreEqual(string.Join(", ", answers), reference, ref reason));
        why = string.IsNullOrEmpty(reason) ? "" : $" ({reason})";
        return right;
    }

    bool AreEqual(string answer, string reference, ref string? reason)
    {
        if (answer.Length > LongestAnswer || reference.Length > LongestAnswer)
        {
            return answer == reference;
        }

        var (a, r) = (LatexText.Of(answer), LatexText.Of(reference));
        if (a.Length == 0)
        {
            return false;
        }

        if (a == r)
        {
            return true;
        }

        var budget = new MathBudget();
        var references = Readings(r);
        var readings = Readings(a);
        foreach (var (one, other) in readings.SelectMany(one => references.Select(other => (one, other))))
        {
            var equality = new MathEquality(budget, Relative, WorkedOut);
            if (equality.AreEqual(one, other))
            {
                return true;
            }

            reason = equality.Reason;
        }

        return references.Count == 0 && readings.Count == 0 && LatexText.Letters(a) == LatexText.Letters(r);
    }

    // 1,234 may be a number or a list of two.
    static List<MathNode> Readings(string canonical)
    {
        var readings = new List<MathNode>();
        foreach (bool thousands in canonical.Contains(',') ? [true, false] : new[] { true })
        {
            if (MathParser.Parse(canonical, thousands) is { } reading)
            {
                readings.Add(reading);
            }
        }

        return readings;
    }
}
