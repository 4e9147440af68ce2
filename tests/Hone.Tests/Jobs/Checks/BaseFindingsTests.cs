using Hone.Grading;
using Hone.Jobs.Checks;
using Hone.Training;

namespace Hone.Tests.Jobs.Checks;

public class BaseFindingsTests
{
    static readonly TrainingSettings _settings = new() { TrainingSamplePerPrompt = 8 };

    [Theory]
    [InlineData(0.0, 0.0, "always 0")]
    [InlineData(1.0, 1.0, "needless")]
    [InlineData(0.4, 0.4, "no spread")]
    public void A_base_that_cannot_learn_is_named(double first, double second, string kind)
    {
        var findings = BaseFindings.Find(Answers(_ => [first, second, first, second]), _settings, best: 1).ToArray();

        Assert.Equal(kind, Assert.Single(findings).Kind);
        Assert.Equal(CheckSeverity.Problem, findings[0].Severity);
    }

    [Fact]
    public void Prompts_that_are_always_or_never_solved_give_few_signals()
    {
        var findings = BaseFindings.Find(Answers(p => p % 2 == 0 ? [1, 1, 1, 1] : [0, 0, 0, 0]), _settings, best: 1);

        Assert.Equal("few signals", Assert.Single(findings).Kind);
    }

    [Fact]
    public void Faults_above_the_limit_are_a_problem()
    {
        var answers = Answers(p => p % 2 == 0 ? [null, 1, null, 0] : [1, 0, 1, 0]);

        var finding = Assert.Single(BaseFindings.Find(answers, _settings, best: 1));

        Assert.Equal(("faults", CheckSeverity.Problem), (finding.Kind, finding.Severity));
        Assert.StartsWith("The grader failed on 25 % of the model's answers (32 × mine)", finding.Sentence.Replace('\u00a0', ' '));
    }

    [Fact]
    public void Cut_off_answers_are_named()
    {
        var answers = Answers(p => [1, 0, 1, 0], StopReason.MaxTokens);

        Assert.Equal("truncation", Assert.Single(BaseFindings.Find(answers, _settings, best: 1)).Kind);
    }

    [Fact]
    public void The_interval_is_over_prompts()
    {
        var answers = Answers(p => p % 2 == 0 ? [1, 1, 1, 0] : [0, 0, 0, 1]);

        // 32 means of 3/4 and 1/4: standard deviation 0.25·√(32/31), Student's t of 31 degrees 2.0395.
        Assert.Equal(0.5, answers.Mean, 12);
        Assert.Equal(0.5 + (2.0395134 * 0.25 * Math.Sqrt(32.0 / 31) / Math.Sqrt(32)), answers.Interval.High, 6);
        Assert.Equal([0, 0, 16, 0, 0, 0, 0, 16, 0, 0], answers.Histogram(10, 0, 1));
    }

    static BaseAnswers Answers(Func<int, double?[]> scores, StopReason stop = StopReason.EndOfSequence) => new(
        [.. Enumerable.Range(0, 32).Select(p => scores(p).Select((score, i) => Rollout($"p{p}", i, score, stop)).ToArray())], []);

    static Rollout Rollout(string prompt, int index, double? score, StopReason stop)
    {
        var grade = score is null ? new Grade("a", null, new("mine", "it failed"), "", []) : new Grade("a", score, null, "", []);
        return new() { PromptId = prompt, Index = index, Tokens = [1], LogProbabilities = [0], Entropy = 0, Text = "x", Stop = stop, Grade = grade };
    }
}
