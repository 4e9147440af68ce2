namespace Hone.Tests.Grading.Rules.Choices;

public class ChoiceGraderTests
{
    const string Default = """{"kind":"choice"}""";

    [Theory]
    [InlineData("B")]
    [InlineData("b")]
    [InlineData("(B)")]
    [InlineData("b)")]
    [InlineData("**B**")]
    [InlineData("B.")]
    [InlineData("B. Paris")]
    [InlineData("B) Paris is the capital of a country, I think.")]
    [InlineData("The answer is (B)")]
    [InlineData("The answer is B because A and C are wrong.")]
    [InlineData("The answer is **B**.")]
    [InlineData("The correct answer is: B")]
    [InlineData("Answer: B")]
    [InlineData("**Answer:** (B) Paris")]
    [InlineData("Answer:\nB")]
    [InlineData("Therefore the best choice is option (B).")]
    [InlineData("I would choose B.")]
    [InlineData("Option B is correct.")]
    [InlineData("(B) is the right answer, since A is too small.")]
    [InlineData("\\boxed{B}")]
    [InlineData("\\boxed{\\text{(B)}}")]
    [InlineData("<think>A? No.</think><answer>B</answer>")]
    [InlineData("Reasoning about A and C.\n#### B")]
    [InlineData("A) Rome\nB) Paris\nC) London\n\nB")]
    [InlineData("The answer could be A. Let me check.\nThe final answer is B.")]
    [InlineData("Thus it must be (B), not (A).")]
    [InlineData("A long look shows that it is B")]
    [InlineData("The answer is Ｂ")]
    [InlineData("Ⓑ")]
    [InlineData("\u200FB\u200B")]
    public async Task What_chooses_B_is_right(string completion) => Assert.Equal(1, (await RuleTables.Grade(Default, completion, "B")).Score);

    [Theory]
    [InlineData("")]
    [InlineData("C")]
    [InlineData("Paris")]
    [InlineData("A B C D E")]
    [InlineData("A\nB\nC\nD")]
    [InlineData("A, B, C, D")]
    [InlineData("(A) (B) (C) (D)")]
    [InlineData("A) Rome\nB) Paris\nC) London")]
    [InlineData("The answer is A or B.")]
    [InlineData("The answer is (A)(B)(C)(D)")]
    [InlineData("The answer is A. The answer is B.")]
    [InlineData("The answer is B. The answer is A.")]
    [InlineData("The final answer is A and B.")]
    [InlineData("Answer: A/B")]
    [InlineData("\\boxed{A}, \\boxed{B}")]
    [InlineData("\\boxed{A, B}")]
    [InlineData("\\boxed{B} #### A")]
    [InlineData("<answer>A</answer><answer>B</answer>")]
    [InlineData("The answer is not B.")]
    [InlineData("The answer is В")] // Cyrillic.
    [InlineData("The answer is a boat.")]
    [InlineData("B-52")]
    [InlineData("The answer is BB")]
    [InlineData("ABCDE")]
    [InlineData("Any of (A), (B) may be right")]
    [InlineData("<think>The answer is B")]
    [InlineData("\\boxed{B")]
    public async Task What_does_not_is_wrong(string completion) => Assert.Equal(0, (await RuleTables.Grade(Default, completion, "B")).Score);

    [Theory]
    [InlineData("A", "The answer is A.", 1)]
    [InlineData("A", "The answer is A because it fits.", 1)]
    [InlineData("A", "A", 1)]
    [InlineData("A", "A good question, hard to say", 0)]
    [InlineData("(C)", "c", 1)]
    [InlineData("c. London", "C", 1)]
    [InlineData("The answer is D", "D", 1)]
    public async Task The_reference_is_a_letter_in_any_dress(string reference, string completion, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(Default, completion, reference)).Score);

    [Theory]
    [InlineData("""{"kind":"choice","choices":10}""", "The answer is J.", "J", 1)]
    [InlineData("""{"kind":"choice","choices":2}""", "The answer is C.", "A", 0)]
    [InlineData("""{"kind":"choice","place":"boxed"}""", "The answer is B.", "B", 0)]
    [InlineData("""{"kind":"choice","place":"tag"}""", "<answer>(b)</answer>", "B", 1)]
    [InlineData("""{"kind":"choice","place":"phrase"}""", "B", "B", 0)]
    public async Task Options_say_how_many_and_where(string grader, string completion, string reference, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(grader, completion, reference)).Score);

    [Theory]
    [InlineData(null)]
    [InlineData("Paris")]
    [InlineData("A or B")]
    [InlineData("F")]
    public async Task A_reference_that_is_no_letter_is_a_fault(string? reference) =>
        Assert.Equal("reference", (await RuleTables.Grade(Default, "B", reference)).Fault!.Boundary);

    [Theory]
    [InlineData("(A) ", 50_000)]
    [InlineData("answer is ", 50_000)]
    [InlineData("not ", 100_000)]
    public async Task A_huge_answer_is_a_wrong_answer(string unit, int times) =>
        Assert.Equal(0, (await RuleTables.Grade(Default, string.Concat(Enumerable.Repeat(unit, times)), "B")).Score);
}
