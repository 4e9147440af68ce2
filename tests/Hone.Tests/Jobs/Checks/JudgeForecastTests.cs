using Hone.Grading;
using Hone.Jobs.Checks;
using Hone.Models;
using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Planning;
using Hone.Tests.Grading;
using Hone.Tests.Grading.Judges;
using Hone.Training;
using Hone.Training.Planning;

namespace Hone.Tests.Jobs.Checks;

public sealed class JudgeForecastTests : IDisposable
{
    readonly JudgeTest _test = new();

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData("\"mode\":\"pointwise\"", 8, 1)]
    [InlineData("\"votes\":3,\"temperature\":1", 24, 3)]
    [InlineData("\"mode\":\"pairwise\"", 56, 2)]
    [InlineData("\"mode\":\"pairwise\",\"opponents\":2", 16, 2)]
    [InlineData("\"mode\":\"ranking\",\"perCall\":3", 3, 1)]
    public async Task Questions_follow_from_the_mode(string settings, int ofGroup, int ofOne)
    {
        await using var judge = _test.Judge($"{settings},\"rubric\":{JudgeTest.Correct}", _ => "");

        Assert.Equal((ofGroup, ofOne), (judge.JudgeDemands(8).Single().Calls, judge.JudgeDemands(1).Single().Calls));
        Assert.Null(judge.JudgeDemands(8).Single().InputTokens);
    }

    [Fact]
    public async Task Calls_and_money_of_a_run_are_those_of_its_steps_and_evaluations()
    {
        await using var judge = await Asked("\"price\":{\"input\":1000,\"output\":10000}");

        var forecast = Assert.Single(JudgeForecast.Of(Run(), judge));

        // 2 epochs of 3 steps with 2 prompts each, 8 answers to each; validation after steps 0, 2, 4 and 6; the test set of 5 before and after, twice each.
        Assert.Equal((16, (6 * 16) + (4 * 3) + (2 * 5 * 2)), (forecast.CallsPerStep, forecast.Calls));
        Assert.Equal((100.0, 10.0), (forecast.Demand.InputTokens, forecast.Demand.OutputTokens));
        Assert.Equal((16 * 0.2, 128 * 0.2), (forecast.CostPerStep!.Value, forecast.CostOfRun!.Value));
        Assert.Empty(forecast.Findings());
    }

    [Theory]
    [InlineData("\"budget\":{\"hard\":10}", "will pause 2 times, for the first time after about 3 of 6 steps")]
    [InlineData("\"budget\":{\"hard\":2}", "for the first time within the first of 6 steps")]
    [InlineData("\"budget\":{\"soft\":20,\"hard\":30}", "budget.soft is 20")]
    [InlineData("\"budget\":{\"hard\":0}", "pauses after its first question")]
    public async Task What_goes_beyond_the_budget_is_a_warning(string budget, string told)
    {
        await using var judge = await Asked("\"price\":{\"input\":1000,\"output\":10000}");
        var forecast = Assert.Single(JudgeForecast.Of(Run(), judge));
        await using var budgeted = _test.Judge($"\"price\":{{\"input\":1000,\"output\":10000}},{budget},\"rubric\":{JudgeTest.Correct}", _ => "");

        var finding = Assert.Single((forecast with { Demand = forecast.Demand with { Budget = budgeted.JudgeDemands(1).Single().Budget } }).Findings());

        Assert.Equal(("judge budget", CheckSeverity.Warning), (finding.Kind, finding.Severity));
        Assert.Contains(told, finding.Sentence);
    }

    [Fact]
    public async Task Stored_answers_count_with_what_they_took_and_a_part_of_the_reward_is_a_judge_too()
    {
        await using (await Asked(""))
        {
        }

        await using var again = GraderSettings.Parse($$$"""
            {"kind":"gate","gates":[{"kind":"contains","text":"7"}],"grader":{"kind":"judge","modelFolder":"{{{Folder()}}}","rubric":{{{JudgeTest.Correct}}}}}
            """).Build(new(Folder()));
        Assert.Equal(8, again.JudgeDemands(8).Single().Calls);

        await using var judge = await Asked("");
        Assert.Empty(_test.Calls.Skip(1));
        Assert.Equal(100, judge.JudgeDemands(8).Single().InputTokens);
    }

    [Fact]
    public async Task A_pace_at_which_answers_wait_too_long_is_a_warning()
    {
        await using var judge = _test.Judge($"\"limits\":{{\"requestsPerMinute\":2}},\"rubric\":{JudgeTest.Correct}", _ => "");

        Assert.Equal("judge pace", Assert.Single(JudgeForecast.Of(Run(), judge).Single().Findings()).Kind);
    }

    async Task<IGrader> Asked(string settings)
    {
        var judge = _test.Judge($"{(settings.Length > 0 ? settings + "," : "")}\"rubric\":{JudgeTest.Correct}", _ => """{"correct":"yes"}""");
        await judge.GradeOne(Items.Of("7"));
        return judge;
    }

    static string Folder() => Path.GetTempPath().TrimEnd('/');

    static RunShape Run() => new()
    {
        Decoder = DecoderLoader.OfShapes(_small, new ShapeDevice(Compute.F32), _ => ElementType.F32),
        Settings = new TrainingSettings { EpochCount = 2, BatchSize = 2, TrainingSamplePerPrompt = 8, EvalInterval = 2 },
        Training = [5, 5, 5, 5, 5, 5, 5],
        Validation = [5, 5, 5],
        Test = [5, 5, 5, 5, 5],
        TestSamples = 2,
    };

    static readonly DecoderConfig _small = new()
    {
        ModelType = "qwen3",
        VocabularySize = 64,
        HiddenSize = 16,
        Layers = 1,
        Heads = 2,
        KeyValueHeads = 1,
        HeadWidth = 8,
        FeedForwardWidth = 32,
        NormEpsilon = 1e-6f,
        Ropes = [new(1e6)],
        TieEmbeddings = true,
        MaxPositions = 128,
    };
}
