using Hone.Grading;
using Hone.Jobs;
using Hone.Jobs.Regrading;
using Hone.Training;

namespace Hone.Tests.Jobs.Regrading;

public sealed class RegraderTests : IDisposable
{
    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_runs_own_grader_changes_nothing()
    {
        using var run = Run();

        var summary = Regrade(run, GraderSettings.FinalNumber.Build());

        Assert.Equal((8, 4), (summary.Completions, summary.Groups));
        Assert.Equal((summary.OldReward, summary.OldInformative), (summary.NewReward, summary.NewInformative));
        Assert.Equal((0, 0, 0), (summary.BestChanges, summary.MeanMove, summary.SignChanges));
        Assert.Equal((1, 1), (summary.Spearman, summary.Kendall));
        Assert.Empty(summary.Movers);
    }

    [Fact]
    public void The_opposite_reward_turns_every_group_round()
    {
        using var run = Run();

        var summary = Regrade(run, GraderSettings.Parse("""{"kind":"contains","text":"wrong"}""").Build());

        Assert.Equal((0.5, 0.5), (summary.OldReward, summary.NewReward));
        Assert.Equal((1, 1), (summary.BestChanges, summary.SignChanges));
        Assert.Equal((-1, -1), (summary.Spearman, summary.Kendall));
        Assert.Equal([(0, 0.5, 0.5), (1, 0.5, 0.5)], summary.StepRewards);
        Assert.Equal("wrong #### 5", summary.Movers.First(one => one.Move > 0).Old.Text);
    }

    [Fact]
    public void A_reward_that_tells_nothing_apart_teaches_nothing()
    {
        using var run = Run();

        var summary = Regrade(run, GraderSettings.Parse("""{"kind":"contains","text":"####"}""").Build());

        Assert.Equal((4, 0, 1), (summary.OldInformative, summary.NewInformative, summary.NewReward));
        Assert.Equal(double.NaN, summary.Spearman);
        Assert.All(summary.Movers, one => Assert.Equal(0, one.New.Advantage));
    }

    [Fact]
    public void What_the_new_grader_fails_on_is_counted_and_left_out()
    {
        using var run = Run(reference: null);

        var summary = Regrade(run, GraderSettings.FinalNumber.Build());

        Assert.Equal(8, summary.Faults.Values.Sum());
        Assert.Equal(double.NaN, summary.NewReward);
    }

    [Fact]
    public void A_prompt_that_the_data_lost_is_named()
    {
        using var run = Run();
        File.WriteAllText(run.Settings.TrainingData.Files[0], Line("other", "4"));

        Assert.Contains("has no prompt 't0'", Assert.Throws<RunException>(() => Regrade(run, GraderSettings.FinalNumber.Build())).Message);
    }

    static RegradingSummary Regrade(RunReader run, IGrader grader)
    {
        var summary = new RegradingSummary(groupSize: 2);
        foreach (var step in new Regrader(run, grader).Steps(CancellationToken.None))
        {
            summary.Add(step);
        }

        return summary;
    }

    // Two steps of two groups, a right and a wrong answer in each.
    RunReader Run(string? reference = "4")
    {
        string data = _folder.File("train.jsonl", $"{Line("t0", reference)}\n{Line("t1", reference)}\n");
        var settings = SampleRun.Settings() with
        {
            TrainingData = data,
            HyperParameters = new() { BatchSize = 2, TrainingSamplePerPrompt = 2 },
        };
        string path = _folder.In("runs/sums");
        using (var run = RunFolder.Create(path, settings))
        {
            for (int step = 0; step < 2; step++)
            {
                Rollout[] rollouts =
                [
                    .. new[] { "t0", "t1" }.SelectMany(prompt => new[]
                    {
                        SampleRun.Rollout(prompt, 0, 1, "#### 4"),
                        SampleRun.Rollout(prompt, 1, 0, "wrong #### 5"),
                    }),
                ];
                run.Step(SampleRun.Metrics(step), RolloutAdvantages.Of(settings.HyperParameters, rollouts), []);
            }
        }

        return RunReader.Open(path);
    }

    static string Line(string id, string? reference) =>
        $$"""{"id":"{{id}}","messages":[{"role":"user","content":"2 + 2?"}]{{(reference is null ? "" : $",\"reference_answer\":\"{reference}\"")}}}""";
}
