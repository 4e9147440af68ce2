using Hone.Jobs.Reports;

namespace Hone.Tests.Jobs.Reports;

public class CurveFindingTests
{
    [Theory]
    [InlineData(0.3, 0.9, false, "AsExpected", "It rises")]
    [InlineData(0.9, 0.3, false, "LookHere", "It falls")]
    [InlineData(0.5, 0.5, false, "LookHere", "It does not rise beyond its noise")]
    [InlineData(0.5, 0.5, true, "AsExpected", "It stays where it was")]
    [InlineData(0.3, 0.9, true, "LookHere", "It moved")]
    public void The_training_reward_should_rise_and_a_coin_should_not(double from, double to, bool control, string state, string sentence) =>
        AssertFinding(state, sentence, CurveFinding.Reward(Line(from, to, noise: 0.03), control));

    [Theory]
    [InlineData(new[] { 0.3, 0.6, 0.8 }, "AsExpected", "It rises from 0.3 to 0.8")]
    [InlineData(new[] { 0.3, 0.8, 0.5 }, "LookHere", "It rose to 0.8 and fell back to 0.5")]
    [InlineData(new[] { 0.6, 0.5, 0.4 }, "LookHere", "It went from 0.6 to 0.4 while the training reward rose")]
    [InlineData(new[] { 0.3, 0.6 }, "TooShort", "2 of the 3 points")]
    public void The_validation_reward_should_rise_and_stay_up(double[] values, string state, string sentence) =>
        AssertFinding(state, sentence, CurveFinding.Validation(values, Line(0.3, 0.9), control: false));

    [Theory]
    [InlineData(600, 400, "AsExpected", "It went")]
    [InlineData(100, 900, "LookHere", "It grew")]
    [InlineData(900, 50, "LookHere", "It shrank")]
    public void The_length_should_drift_slowly(double from, double to, string state, string sentence) =>
        AssertFinding(state, sentence, CurveFinding.Length(Line(from, to)));

    [Fact]
    public void A_step_with_endless_completions_is_a_jump()
    {
        double[] lengths = Line(100, 100);
        lengths[20] = 1000;

        AssertFinding("LookHere", "It jumped to 1000 tokens", CurveFinding.Length(lengths));
    }

    [Theory]
    [InlineData(1.0, 0.4, false, "AsExpected", "It declines")]
    [InlineData(1.0, 0.0, false, "LookHere", "It collapsed")]
    [InlineData(1.0, 1.0, false, "LookHere", "It stays flat")]
    [InlineData(1.0, 1.0, true, "AsExpected", "It stays")]
    [InlineData(1.0, 2.5, false, "LookHere", "It rises")]
    public void The_entropy_should_decline_to_a_level_it_keeps(double from, double to, bool control, string state, string sentence) =>
        AssertFinding(state, sentence, CurveFinding.Entropy([.. Line(from, to), .. Line(to, to)], control));

    [Theory]
    [InlineData(0.3, 0.4, "AsExpected", "It keeps around")]
    [InlineData(0.3, 3.0, "LookHere", "It grew")]
    [InlineData(0.3, double.NaN, "LookHere", "It is not a number")]
    public void The_gradient_norm_should_stay_in_a_band(double from, double to, string state, string sentence) =>
        AssertFinding(state, sentence, CurveFinding.GradientNorm(Line(from, to)));

    [Fact]
    public void An_extreme_spike_of_the_gradient_is_shown()
    {
        double[] norms = Line(0.3, 0.3);
        norms[20] = 30;

        AssertFinding("LookHere", "Its highest spike is 30", CurveFinding.GradientNorm(norms));
    }

    [Theory]
    [InlineData(0.6, 0.3, "AsExpected", "It went")]
    [InlineData(0.02, 0.02, "LookHere", "Only 2 % of the first groups teach")]
    [InlineData(0.6, 0.0, "LookHere", "Only ")]
    public void Groups_should_go_on_to_differ(double from, double to, string state, string sentence) =>
        AssertFinding(state, sentence, CurveFinding.MixedGroups([.. Line(from, to), .. Line(to, to)]));

    static void AssertFinding(string state, string sentence, CurveFinding finding)
    {
        Assert.StartsWith(sentence, finding.Sentence);
        Assert.Equal(state, finding.State.ToString());
    }

    static double[] Line(double from, double to, double noise = 0) =>
        [.. Enumerable.Range(0, 40).Select(i => from + (to - from) * i / 39 + noise * Math.Sin(i * 12.9898))];
}
