using Hone.Jobs;
using Hone.Training.Statistics;

namespace Hone.Tests.Jobs;

public class VerdictTests
{
    [Fact]
    public void Right_and_wrong_answers_get_a_Wilson_interval_and_a_paired_difference()
    {
        var verdict = Verdict.Of(
            SampleRun.Evaluation("base", 0, 0, 0, 0, 1), SampleRun.Evaluation("tuned", 9, 1, 1, 0, 1))!;

        Assert.Equal(0.25, verdict.Base.Value);
        Assert.Equal(Interval.Wilson(1, 4), verdict.Base.Interval);
        Assert.Equal(0.75, verdict.Tuned.Value);
        Assert.Equal(Difference.Paired([0, 0, 0, 1], [1, 1, 0, 1]), verdict.Difference);
        Assert.Equal((2, 0), (verdict.Wins, verdict.Losses));
        Assert.Equal(2, verdict.RelativeGain);
    }

    [Fact]
    public void A_prompt_with_several_completions_counts_once_with_their_mean()
    {
        var evaluation = SampleRun.Evaluation("base", 0, 1, 0) with
        {
            Rollouts = [SampleRun.Rollout("a", 0, 1), SampleRun.Rollout("a", 1, 0), SampleRun.Rollout("b", 0, 1), SampleRun.Rollout("b", 1, 1)],
        };

        var accuracy = Accuracy.Of(evaluation);

        Assert.Equal(0.75, accuracy.Value);
        Assert.Equal(2, accuracy.N);
        Assert.Equal(0.75 - 1.959963984540054 * Math.Sqrt(0.125 / 2), accuracy.Interval.Low, 12);
    }

    [Fact]
    public void A_prompt_without_a_score_on_either_side_is_left_out_of_both()
    {
        var verdict = Verdict.Of(
            SampleRun.Evaluation("base", 0, null, 1, 0), SampleRun.Evaluation("tuned", 9, 1, null, 1))!;

        Assert.Equal((1, 0.0, 1.0), (verdict.Base.N, verdict.Base.Value, verdict.Tuned.Value));
    }

    [Fact]
    public void No_common_prompt_is_no_verdict() =>
        Assert.Null(Verdict.Of(SampleRun.Evaluation("base", 0), SampleRun.Evaluation("tuned", 9, 1)));

    [Fact]
    public void A_base_that_scores_nothing_has_no_relative_gain()
    {
        var verdict = Verdict.Of(SampleRun.Evaluation("base", 0, 0, 0), SampleRun.Evaluation("tuned", 9, 1, 1))!;

        Assert.Null(verdict.RelativeGain);
        Assert.Equal(
            """{"base":{"accuracy":0,"low":0,"high":0.6576198,"n":2},"tuned":{"accuracy":1,"low":0.3423802,"high":1,"n":2},"difference":{"value":1,"low":1,"high":1},"relativeGain":null,"seconds":12.5,"run":"runs/sums"}""",
            Rounded(verdict));
    }

    [Theory]
    [InlineData(0, 1, "Training helped:")]
    [InlineData(1, 0, "Training hurt:")]
    [InlineData(1, 1, "No difference can be told:")]
    public void The_sentence_says_which_way_it_went(double before, double after, string expected)
    {
        double?[] from = [.. Enumerable.Repeat((double?)before, 20), 0, 1], to = [.. Enumerable.Repeat((double?)after, 20), 1, 0];

        string sentence = Verdict.Of(SampleRun.Evaluation("base", 0, from), SampleRun.Evaluation("tuned", 9, to))!.Sentence();

        Assert.StartsWith(expected, sentence);
    }

    static string Rounded(Verdict verdict) => System.Text.RegularExpressions.Regex.Replace(
        verdict.ToJson(12.5, "runs/sums").ToJsonString(), @"\d\.\d{8,}", number => $"{double.Parse(number.Value):0.0000000}");
}
