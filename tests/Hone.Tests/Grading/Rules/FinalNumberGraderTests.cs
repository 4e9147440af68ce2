using Hone.Grading;
using Hone.Grading.Rules;

namespace Hone.Tests.Grading.Rules;

public class FinalNumberGraderTests
{
    [Theory]
    // The form that is asked for.
    [InlineData("9*2=18\n#### 18", "18", 1)]
    [InlineData("9*2=18\n#### 18", "16-3-4=9\n9*2=18\n#### 18", 1)]
    [InlineData("####18", "18", 1)]
    [InlineData("#### 18\nThat is all of it.", "18", 1)]
    [InlineData("#### 18\r\n", "18", 1)]
    [InlineData("#### 17", "18", 0)]
    [InlineData("#### 1", "18", 0)]
    [InlineData("#### 180", "18", 0)]
    // Ways to write a number.
    [InlineData("#### 1,250", "1250", 1)]
    [InlineData("#### 1250", "1,250", 1)]
    [InlineData("#### 1,234,567.50", "1234567.5", 1)]
    [InlineData("#### $18", "18", 1)]
    [InlineData("#### $ 18.00", "18", 1)]
    [InlineData("#### €18", "18", 1)]
    [InlineData("#### -$18", "-18", 1)]
    [InlineData("#### $-18", "-18", 1)]
    [InlineData("#### +18", "18", 1)]
    [InlineData("#### -18", "18", 0)]
    [InlineData("#### \u221218", "-18", 1)]
    [InlineData("#### \u201318", "-18", 1)]
    [InlineData("#### -0", "0", 1)]
    [InlineData("#### 018", "18", 1)]
    [InlineData("#### 18.0", "18", 1)]
    [InlineData("#### .5", "0.5", 1)]
    [InlineData("#### 18.", "18", 1)]
    [InlineData("#### 18%", "18", 1)]
    [InlineData("#### 18 apples.", "18", 1)]
    [InlineData("#### 18km", "18", 1)]
    [InlineData("#### 18個", "18", 1)]
    [InlineData("#### \uFF11\uFF18", "18", 1)]
    [InlineData("#### \uFF11\uFF0C\uFF12\uFF15\uFF10", "1250", 1)]
    // Several marks: the last one counts.
    [InlineData("#### 17\n#### 18", "18", 1)]
    [InlineData("#### 18\n#### 17", "18", 0)]
    [InlineData("#### 17 #### 18", "18", 1)]
    [InlineData("#### 18\n####", "18", 0)]
    // Hostile or careless.
    [InlineData("", "18", 0)]
    [InlineData("18", "18", 0)]
    [InlineData("### 18", "18", 0)]
    [InlineData("####", "18", 0)]
    [InlineData("#### ", "18", 0)]
    [InlineData("####\n18", "18", 0)]
    [InlineData("#### eighteen", "18", 0)]
    [InlineData("#### the answer is 18", "18", 0)]
    [InlineData("#### 18 19", "18", 0)]
    [InlineData("#### 18 19", "19", 0)]
    [InlineData("#### 18or19", "18", 0)]
    [InlineData("#### 18, 19", "18", 0)]
    [InlineData("#### 18-20", "18", 0)]
    [InlineData("#### 18/2", "18", 0)]
    [InlineData("#### 9*2=18", "18", 0)]
    [InlineData("#### --18", "18", 0)]
    [InlineData("#### - 18", "18", 0)]
    [InlineData("#### 1.8.0", "1.8", 0)]
    [InlineData("#### 1,8", "18", 0)]
    [InlineData("#### 18,", "18", 1)]
    [InlineData("#### 1 250", "1250", 0)]
    [InlineData("#### 1e3", "1", 0)]
    [InlineData("#### 1e3", "1000", 0)]
    [InlineData("#### 0x12", "18", 0)]
    [InlineData("#### NaN", "18", 0)]
    [InlineData("#### ∞", "18", 0)]
    [InlineData("#### ١٨", "18", 0)]
    [InlineData("#### 18٣", "18", 0)]
    [InlineData("#### 1\u200B8", "18", 0)]
    [InlineData("#### \0\uD800", "18", 0)]
    [InlineData("#### 123456789012345678901234567890", "123456789012345678901234567890", 1)]
    [InlineData("#### 123456789012345678901234567891", "123456789012345678901234567890", 0)]
    public async Task Strict_wants_one_number_after_the_last_mark(string completion, string reference, double score) =>
        Assert.Equal(score, (await new FinalNumberGrader().GradeOne(Items.Of(completion, reference))).Score);

    [Theory]
    [InlineData("The answer is 18.", "18", 1)]
    [InlineData("18", "#### 18", 1)]
    [InlineData("She has 3 and 15, so $1,250.50 in all.", "1250.5", 1)]
    [InlineData("20-2=18", "18", 1)]
    [InlineData("20-2", "2", 1)]
    [InlineData("it is -2", "-2", 1)]
    [InlineData("答案是18", "18", 1)]
    [InlineData("18 m2", "18", 1)]
    [InlineData("18 or 19", "18", 0)]
    [InlineData("1,2,3", "3", 0)]
    [InlineData("no idea", "18", 0)]
    [InlineData("", "18", 0)]
    public async Task Flexible_takes_the_last_number(string completion, string reference, double score) =>
        Assert.Equal(score, (await new FinalNumberGrader(AnswerPlace.Flexible).GradeOne(Items.Of(completion, reference))).Score);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("eighteen")]
    [InlineData("#### ")]
    [InlineData("#### 18 19")]
    public async Task A_reference_without_a_number_is_a_fault_and_not_a_zero(string? reference)
    {
        var grade = await new FinalNumberGrader().GradeOne(Items.Of("#### 18", reference));

        Assert.Null(grade.Score);
        Assert.Equal("reference", grade.Fault!.Boundary);
    }

    [Theory]
    [InlineData('7')]
    [InlineData('#')]
    [InlineData(',')]
    [InlineData('-')]
    [InlineData(' ')]
    public async Task Huge_text_is_graded_in_passing(char filler)
    {
        string huge = new(filler, 4_000_000);

        var grade = await new FinalNumberGrader().GradeOne(Items.Of($"#### 18\n{huge}\n#### 18{huge}", "18"));

        Assert.Equal(filler is ',' or '-' or ' ' ? 1 : 0, grade.Score);
        Assert.InRange(grade.Reason.Length, 1, 300);
    }

    [Fact]
    public async Task Whether_there_was_an_answer_is_a_metric()
    {
        var grader = new FinalNumberGrader();

        Assert.Equal([new("answered", 0, MetricType.Metric)], (await grader.GradeOne(Items.Of("18", "18"))).Metrics);
        Assert.Equal([new("answered", 1, MetricType.Metric)], (await grader.GradeOne(Items.Of("#### 17", "18"))).Metrics);
    }

    [Fact]
    public async Task The_reason_is_a_sentence()
    {
        var grade = await new FinalNumberGrader().GradeOne(Items.Of("#### 17", "18"));

        Assert.Equal("17 is wrong, 18 was expected.", grade.Reason);
    }

    [SkippableGsm8kFact]
    public async Task Every_answer_of_Gsm8k_passes_its_own_grading()
    {
        var items = File.ReadLines(Path.Combine(SkippableGsm8kFactAttribute.Folder!, "test.jsonl"))
            .Concat(File.ReadLines(Path.Combine(SkippableGsm8kFactAttribute.Folder!, "train.jsonl")))
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("answer").GetString()!)
            .Select((answer, i) => Items.Of(answer, answer[(answer.LastIndexOf("####", StringComparison.Ordinal) + 4)..], $"{i}"))
            .ToList();

        var grades = await new FinalNumberGrader().Grade(items, CancellationToken.None);

        Assert.Equal(8_792, grades.Count);
        Assert.All(grades, grade => Assert.Equal(1, grade.Score));
    }

    /// <summary>Runs where the data set lies beside the repository (HONE_SHARED).</summary>
    sealed class SkippableGsm8kFactAttribute : FactAttribute
    {
        public static string? Folder { get; } = Environment.GetEnvironmentVariable("HONE_SHARED") is { Length: > 0 } shared
            ? Path.Combine(shared, "thirdparty", "gsm8k")
            : null;

        public SkippableGsm8kFactAttribute() =>
            Skip = Folder is null ? "HONE_SHARED is not set; GSM8K is read from there." : null;
    }
}
