using FsCheck;
using FsCheck.Fluent;
using Hone.Grading.Rules.Answers;
using Hone.Grading.Rules.Numbers;

namespace Hone.Tests.Grading.Rules.Numbers;

public class NumberGraderTests
{
    const string Default = """{"kind":"number"}""";

    [Theory]
    [InlineData("#### 18")]
    [InlineData("She makes 9 * 2 = $<<9*2=18>>18 every day.\n#### 18")]
    [InlineData("The answer is 18.")]
    [InlineData("**Answer:** 18")]
    [InlineData("Answer: $18.00")]
    [InlineData("So the final answer is: \\boxed{18}")]
    [InlineData("\\boxed{18\\text{ dollars}}")]
    [InlineData("\\boxed{9 \\cdot 2 = 18}")]
    [InlineData("<think>17?</think> <answer>18</answer>")]
    [InlineData("<answer>$18</answer>")]
    [InlineData("In total that makes 18 dollars")]
    [InlineData("16 - 3 - 4 = 9\n9 * 2 = 18")]
    [InlineData("#### +18")]
    [InlineData("#### １８")]
    [InlineData("#### ١٨")]
    [InlineData("#### 18.000")]
    [InlineData("#### 18 %")]
    [InlineData("#### 36/2")]
    [InlineData("#### 1.8e1")]
    [InlineData("#### 1.8 × 10^1")]
    [InlineData("#### 18 cm²")]
    [InlineData("\\boxed{18 \\text{ cm}^2}")]
    [InlineData("#### 1\u200B8")]
    [InlineData("\\boxed{17}\nNo, that forgets one.\nCounting it as well makes one more, so: \\boxed{18}")]
    [InlineData("The answer is 17. Wait.\nThe final answer is 18.")]
    public async Task What_says_18_is_right(string completion) =>
        Assert.Equal(1, (await RuleTables.Grade(Default, completion, "She sells.\n#### 18")).Score);

    [Theory]
    [InlineData("2.5 billion", "$2,500,000,000", 1)]
    [InlineData("2.5 billion", "2.5 billion dollars", 1)]
    [InlineData("2.5 billion", "It rose to $2,500 million.", 1)]
    [InlineData("2.5 billion", "2.5", 1)]
    [InlineData("2.5 billion", "2.5 million", 0)]
    [InlineData("2.5 billion", "25 million", 0)]
    [InlineData("3000000", "\\boxed{3 \\text{ million}}", 1)]
    [InlineData("3000000", "\\boxed{3\\text{ million } (3{,}000{,}000)}", 1)]
    [InlineData("3", "3 Million", 1)]
    [InlineData("3", "3 thousand or 3 million", 0)]
    [InlineData("3000", "3 thousandths", 0)]
    [InlineData("5", "5 millions", 1)]
    [InlineData("-4 million", "#### -4,000,000", 1)]
    public async Task A_word_for_a_power_of_ten_counts(string reference, string completion, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(Default, completion, reference)).Score);

    [Theory]
    [InlineData("")]
    [InlineData("   \n")]
    [InlineData("no number")]
    [InlineData("#### 17")]
    [InlineData("#### -18")]
    [InlineData("#### 17 or 18")]
    [InlineData("#### 17, 18")]
    [InlineData("#### 17,18")]
    [InlineData("#### 16\n#### 17\n#### 18")]
    [InlineData("\\boxed{17} or \\boxed{18}")]
    [InlineData("\\boxed{17}\\boxed{18}")]
    [InlineData("\\boxed{17, 18}")]
    [InlineData("\\boxed{18}\n#### 17")]
    [InlineData("<answer>17</answer><answer>18</answer>")]
    [InlineData("The answer is 17. The answer is 18.")]
    [InlineData("The answer is 17 or 18.")]
    [InlineData("It is 16, 17 or 18")]
    [InlineData("16 17 18")]
    [InlineData("16\n17\n18")]
    [InlineData("The answer is not 18.")]
    [InlineData("\\boxed{18")]
    [InlineData("#### 18:00")]
    [InlineData("#### 18/0")]
    [InlineData("#### 1.8.0")]
    [InlineData("#### 1,8")]
    [InlineData("#### 18e999999")]
    [InlineData("#### NaN")]
    [InlineData("#### Infinity")]
    [InlineData("#### 10^18")]
    [InlineData("#### m18")]
    [InlineData("#### І8")]
    [InlineData("<think>#### 18</think>")]
    [InlineData("<think>#### 18")]
    [InlineData("<answer>18")]
    public async Task What_does_not_say_18_is_wrong(string completion) =>
        Assert.Equal(0, (await RuleTables.Grade(Default, completion, "18")).Score);

    [Theory]
    [InlineData("0.5", "1/2", 1)]
    [InlineData("\\frac{1}{2}", "0.5", 1)]
    [InlineData("\\dfrac12", "0.5", 1)]
    [InlineData("½", "0.5", 1)]
    [InlineData("2½", "2.5", 1)]
    [InlineData("2 1/2", "2.5", 1)]
    [InlineData("-1/3", "-1/3", 1)]
    [InlineData("1/3", "0.333333333", 0)]
    [InlineData("1,234,567.50", "1234567.5", 1)]
    [InlineData("1\u00A0234\u202F567", "1234567", 1)]
    [InlineData("1'234'567", "1234567", 1)]
    [InlineData("1{,}234", "1234", 1)]
    [InlineData("10\\,000", "10000", 1)]
    [InlineData("−5", "-5", 1)]
    [InlineData("-$5", "-5", 1)]
    [InlineData("€ 5", "5", 1)]
    [InlineData("5-3", "-3", 0)]
    [InlineData("1.5e-3", "0.0015", 1)]
    [InlineData("1.5 \\times 10^{-3}", "0.0015", 1)]
    [InlineData("1.5·10⁻³", "0.0015", 1)]
    [InlineData("0", "-0.0", 1)]
    [InlineData(".5", "0.5", 1)]
    [InlineData("123456789012345678901234567891", "123456789012345678901234567890", 0)]
    public async Task Numbers_are_read_as_they_are_written(string completion, string reference, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(Default, completion, reference)).Score);

    [Theory]
    [InlineData("""{"kind":"number","absolute":0.01}""", "3.15", "3.14", 1)]
    [InlineData("""{"kind":"number","absolute":0.01}""", "3.1500001", "3.14", 0)]
    [InlineData("""{"kind":"number","absolute":0.1}""", "0.3", "0.2", 1)]
    [InlineData("""{"kind":"number","relative":0.01}""", "101", "100", 1)]
    [InlineData("""{"kind":"number","relative":0.01}""", "101.01", "100", 0)]
    [InlineData("""{"kind":"number","relative":0.01}""", "-101", "-100", 1)]
    [InlineData("""{"kind":"number","relative":0.01}""", "0.001", "0", 0)]
    [InlineData("""{"kind":"number","percent":"hundredths"}""", "50%", "0.5", 1)]
    [InlineData("""{"kind":"number","percent":"hundredths"}""", "50%", "50", 0)]
    [InlineData("""{"kind":"number","percent":"either"}""", "50 percent", "0.5", 1)]
    [InlineData("""{"kind":"number","percent":"either"}""", "50%", "50", 1)]
    [InlineData("""{"kind":"number","percent":"either"}""", "50", "0.5", 0)]
    [InlineData("""{"kind":"number"}""", "50%", "50", 1)]
    [InlineData("""{"kind":"number","decimalComma":true}""", "1.250,50", "1250,5", 1)]
    [InlineData("""{"kind":"number","place":"hash"}""", "The answer is 5", "5", 0)]
    [InlineData("""{"kind":"number","place":"boxed"}""", "#### 5", "5", 0)]
    [InlineData("""{"kind":"number","place":"last"}""", "#### 4\nso 5", "5", 1)]
    [InlineData("""{"kind":"number","place":"tag","tag":"result"}""", "<result>5</result>", "5", 1)]
    public async Task Options_say_how_close_and_where(string grader, string completion, string reference, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(grader, completion, reference)).Score);

    [Theory]
    [InlineData("""["18","eighteen","18.5"]""", "18.5", 1)]
    [InlineData("18", "#### 18", 1)]
    [InlineData("""{"answer":18,"steps":["9*2"]}""", "18", 1)]
    public async Task The_reference_has_any_shape(string reference, string completion, double score) =>
        Assert.Equal(score, (await RuleTables.Build(Default).GradeOne(RuleTables.ItemOf(completion, reference))).Score);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("eighteen")]
    [InlineData("17 or 18")]
    public async Task A_reference_without_one_number_is_a_fault(string? reference)
    {
        var grade = await RuleTables.Grade(Default, "#### 18", reference);

        Assert.Null(grade.Score);
        Assert.Equal("reference", grade.Fault!.Boundary);
    }

    [Theory]
    [InlineData("9", 100_000)]
    [InlineData("9,", 100_000)]
    [InlineData("1 ", 100_000)]
    [InlineData("\\boxed{", 50_000)]
    [InlineData("#### ", 50_000)]
    [InlineData("<answer>", 50_000)]
    [InlineData("</answer>", 50_000)]
    [InlineData("answer is ", 50_000)]
    [InlineData("\\frac{1}{", 50_000)]
    [InlineData("1e9", 50_000)]
    [InlineData("-$", 100_000)]
    public async Task A_huge_answer_is_a_wrong_answer(string unit, int times) =>
        Assert.Equal(0, (await RuleTables.Grade(Default, string.Concat(Enumerable.Repeat(unit, times)), "18")).Score);

    [Fact]
    public void A_number_written_in_any_way_is_itself()
    {
        var ways = new Func<long, string>[]
        {
            n => $"{n}", n => $"{n:N0}", n => $"#### {n}", n => $"\\boxed{{{n}}}", n => $"${n:N2}", n => $"{n}.0", n => $"{3 * n}/3", n => $"{n}e0", n => $"The answer is {n}.",
        };
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200),
            Prop.ForAll<int, int>((n, w) =>
            {
                string written = ways[Math.Abs((long)w) % ways.Length](n);
                return new NumberGrader(new AnswerPlacement()).GradeOne(Items.Of(written, $"{n}")).Result.Score == 1
                    && new NumberGrader(new AnswerPlacement()).GradeOne(Items.Of(written, $"{n + 1L}")).Result.Score == 0;
            }));
    }
}
