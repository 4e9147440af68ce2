using FsCheck;
using FsCheck.Fluent;
using Hone.Grading.Rules.Answers;
using Hone.Grading.Rules.Mathematics;

namespace Hone.Tests.Grading.Rules.Mathematics;

public class MathHostilityTests
{
    static readonly MathGrader _grader = new(new AnswerPlacement());

    public static TheoryData<string> Hostile =>
    [
        "9^{9^{9^{9}}}", "2^{99999999}", "99999999!", "((((9!)!)!)!)!", "\\binom{99999999}{5000}", "1e999999999", "10^{10^{10}}", "\\sqrt[99999999]{2}",
        "0^{0}", "0^{-1}", "\\log_1 5", "\\log 0", "\\frac{1}{1-1}", "\\sqrt{-1}", "(-8)^{1/3}", "\\infty/\\infty", "e^{e^{e^{e^{e}}}}",
        new string('(', 1500) + "5" + new string(')', 400), new string('{', 1900), new string('-', 1900) + "5", string.Concat(Enumerable.Repeat("\\frac{1}{", 200)),
        string.Concat(Enumerable.Repeat("\\sqrt{", 300)) + "5" + new string('}', 300), string.Concat(Enumerable.Repeat("x^", 900)) + "x",
        string.Concat(Enumerable.Repeat("(x+1)(", 200)), string.Concat(Enumerable.Repeat("(x+y)^{99}", 150)), string.Join("", Enumerable.Range(0, 60).Select(i => $"(x+{i})^{{30}}")),
        string.Join(',', Enumerable.Range(0, 500)), "\\{" + string.Join(',', Enumerable.Range(0, 400).Select(i => $"{i % 97}")) + "\\}", string.Join("=", Enumerable.Repeat("5", 800)),
        string.Join("\\pm", Enumerable.Repeat("5", 300)), new string('9', 1999), new string('|', 1999), new string('$', 5000), new string('\\', 1999), "\\begin{pmatrix}" + new string('&', 900),
        "\\text{" + new string('a', 1900) + "}", new string('5', 3_999_999), string.Concat(Enumerable.Repeat("\\boxed{5}", 50_000)) + "6", "\u202E5\u202C", "\uD835", "5\u0000", "\\overline{", "0.\\overline{}", "_", "^", "5_", "5^", "\\sin", "\\frac", "\\sqrt", "\\log_",
        "a_{a_{a_{a}}}", "5 \\text{ cm}^{999999}", "x" + string.Concat(Enumerable.Repeat("!", 1000)),
    ];

    [Theory, MemberData(nameof(Hostile))]
    public async Task A_hostile_answer_is_wrong_and_told_to_be(string answer)
    {
        var grade = await _grader.GradeOne(Items.Of($"\\boxed{{{answer}}}", "x + 12345"));

        Assert.Equal(0, grade.Score);
    }

    [Theory, MemberData(nameof(Hostile))]
    public async Task A_hostile_reference_is_survived(string reference)
    {
        var grade = await _grader.GradeOne(Items.Of("\\boxed{x + 12345}", reference));

        Assert.Equal(0, grade.Score);
    }

    [Fact]
    public void Any_string_is_graded_0_or_1() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll<string>(text => _grader.GradeOne(Items.Of($"\\boxed{{{text}}}", "x+1")).Result.Score is 0 or 1));

    [Fact]
    public void Any_heap_of_LaTeX_is_graded_0_or_1()
    {
        string[] pieces = ["\\frac", "{", "}", "(", ")", "[", "]", "1", "23", "x", "y", "^", "_", "+", "-", "*", "/", "\\sqrt", "\\pm", "=", "<", ",", " ", "\\{", "\\}", "|", "\\text", "ab", "!", "%", "\\cup", "\\infty", ".", "\\sin", "\\log"];
        var heaps = Gen.Elements(pieces).ArrayOf().Select(string.Concat).ToArbitrary();

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(60),
            Prop.ForAll(heaps, heap => _grader.GradeOne(Items.Of($"<answer>{heap}</answer>", "x+1")).Result.Score is 0 or 1));
    }

    [Fact]
    public void A_formula_equals_itself_rearranged_and_not_itself_plus_one()
    {
        var formulas = Gen.Sized(size => Formula(Math.Min(size, 4))).ToArbitrary();

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(formulas, f =>
                _grader.GradeOne(Items.Of($"\\boxed{{x + {f.Turned}}}", $"{f.Written} + x")).Result.Score == 1
                && _grader.GradeOne(Items.Of($"\\boxed{{x + {f.Turned} + 1}}", $"{f.Written} + x")).Result.Score == 0));
    }

    // A formula, and one that says the same.
    static Gen<(string Written, string Turned)> Formula(int depth)
    {
        var leaf = Gen.Elements("1", "2", "7", "\\frac{3}{4}", "x", "y", "0.5").Select(text => (text, text));
        if (depth == 0)
        {
            return leaf;
        }

        var below = Formula(depth - 1);
        return Gen.OneOf(
            leaf,
            below.SelectMany(a => below.Select(b => ($"({a.Written} + {b.Written})", $"({b.Turned} + {a.Turned})"))),
            below.SelectMany(a => below.Select(b => ($"{{{a.Written}}} \\cdot {{{b.Written}}}", $"({b.Turned})({a.Turned})"))),
            below.SelectMany(a => below.Select(b => ($"\\left({a.Written} - {b.Written}\\right)", $"(-({b.Turned}) + {a.Turned})"))),
            below.Select(a => ($"{{({a.Written})}}^2", $"({a.Turned})({a.Turned})")));
    }
}
