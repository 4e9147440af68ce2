using Hone.Jobs;

namespace Hone.Tests.Jobs;

public sealed class RunReaderTests : IDisposable
{
    readonly TestFolder _folder = new();

    [Fact]
    public void A_run_can_be_read_while_it_is_written()
    {
        using var run = Create();
        SampleRun.RecordSteps(run, 0, 3);
        using var reader = RunReader.Open(run.Path);
        Assert.Equal(3, reader.Metrics().Count);

        SampleRun.RecordSteps(run, 3, 5);
        SampleRun.Checkpoint(run, 5);

        Assert.Equal([3, 4], reader.Metrics(fromStep: 3).Select(metrics => metrics.Step));
        var expected = SampleRun.Metrics(4);
        Assert.Equal(expected, reader.Metrics()[4] with { FaultKinds = SampleRun.NoFaults, Components = expected.Components });
    }

    [Fact]
    public void A_run_that_was_killed_can_be_read_before_it_is_resumed()
    {
        using var run = Create();
        SampleRun.RecordSteps(run, 0, 3);
        string copy = _folder.In("copy");
        Directory.CreateDirectory(copy);
        foreach (string name in (string[])["job.json", "run.db", "run.db-wal"])
        {
            File.Copy(Path.Combine(run.Path, name), Path.Combine(copy, name));
        }

        using var reader = RunReader.Open(copy);

        Assert.Equal(3, reader.Metrics().Count);
        Assert.Equal(RunState.Interrupted, reader.State());
    }

    [Fact]
    public void A_prompt_is_found_at_every_step_that_drew_it_and_at_every_evaluation()
    {
        using var run = Create();
        run.Prompts([("t0", "What is 2 + 2?", "4", "training"), ("p0", "What is 3 + 3?", null, "validation")]);
        SampleRun.RecordSteps(run, 0, 5);
        run.Evaluation(SampleRun.Evaluation("validation", 2, 1, 0));
        run.Evaluation(SampleRun.Evaluation("validation", 4, 1, null));
        using var reader = RunReader.Open(run.Path);

        var drawn = reader.RolloutsOfPrompt("t0");
        var asked = reader.RolloutsOfPrompt("p0");

        Assert.Equal([0, 0, 2, 2, 4, 4], drawn.Select(recorded => recorded.Step));
        Assert.Equal([-0.5, 0.5], drawn.Take(2).Select(recorded => recorded.Rollout.Advantage));
        Assert.Equal([("validation", 2), ("validation", 4)], asked.Select(recorded => (recorded.Phase, recorded.Step)));
        Assert.Equal(new RecordedPrompt("training", "t0", "What is 2 + 2?", "4"), Assert.Single(reader.Prompts("t0")));
        Assert.Equal(2, reader.RolloutsOfStep(3).Count);
    }

    [Fact]
    public void Completions_without_a_score_are_found_by_what_went_wrong()
    {
        using var run = Create();
        run.Evaluation(SampleRun.Evaluation("validation", 2, 1, null, null));
        using var reader = RunReader.Open(run.Path);

        Assert.Equal([("deadline: the grader overran 5 s", 2)], reader.FaultCounts());
        Assert.Equal(["p1", "p2"], reader.Faults().Select(recorded => recorded.Rollout.PromptId));
    }

    [Fact]
    public void Evaluations_and_events_are_listed_in_their_order()
    {
        using var run = Create();
        run.Event(0, "phase", "baseline");
        run.Event(1, "warning", "slow");
        run.Evaluation(SampleRun.Evaluation("tuned", 4, 1, null));
        run.Evaluation(SampleRun.Evaluation("base", 0, null, null));
        using var reader = RunReader.Open(run.Path);

        Assert.Equal(["baseline", "slow"], reader.Events().Select(happened => happened.Message));
        Assert.Equal(["base", "tuned"], reader.Evaluations().Select(evaluation => evaluation.Name));
        Assert.Equal([2, 1], reader.Evaluations().Select(evaluation => evaluation.Faults));
        Assert.Equal([double.NaN, 1], reader.Evaluations().Select(evaluation => evaluation.RewardMean));
        Assert.Equal(4, reader.LastEvaluation("tuned")!.Step);
    }

    [Fact]
    public void A_run_whose_tuned_model_was_not_evaluated_is_not_finished()
    {
        using (var run = Create())
        {
            run.Evaluation(SampleRun.Evaluation("base", 0, 1, 0));
            run.Checkpoint(SampleRun.Cursor(5, "steps"), _ => { });
        }

        using (var reader = RunReader.Open(_folder.In("runs/sums")))
        {
            Assert.Equal(RunState.Interrupted, reader.State());
            Assert.StartsWith("hone resume ", Assert.Single(NextCommands.After(reader)));
        }

        using (var run = RunFolder.Open(_folder.In("runs/sums")))
        {
            run.Evaluation(SampleRun.Evaluation("tuned", 5, 1, 1));
        }

        using var again = RunReader.Open(_folder.In("runs/sums"));
        Assert.Equal(RunState.Finished, again.State());
        Assert.StartsWith("hone chat ", NextCommands.After(again)[0]);
    }

    [Fact]
    public void A_folder_that_holds_no_run_is_refused() =>
        Assert.Contains("is not a run", Assert.Throws<RunException>(() => RunReader.Open(_folder.Path)).Message);

    [Fact]
    public void A_list_of_runs_tells_where_each_stands()
    {
        using var going = Create("going");
        using (var done = Create("done"))
        {
            done.Checkpoint(SampleRun.Cursor(5, "steps"), _ => { });
        }

        Create("stopped").Dispose();
        _folder.File("runs/damaged/job.json", "{");
        _folder.File("runs/other/notes.txt");

        var states = Runs.List(_folder.In("runs")).ToDictionary(run => Path.GetFileName(run.Path));

        Assert.Equal(["damaged", "done", "going", "stopped"], states.Keys.Order());
        Assert.Equal(RunState.Running, states["going"].State);
        Assert.Equal(RunState.Finished, states["done"].State);
        Assert.Equal(RunState.Interrupted, states["stopped"].State);
        Assert.Contains("is not a run", states["damaged"].Problem);
    }

    public void Dispose() => _folder.Dispose();

    RunFolder Create(string name = "sums") => RunFolder.Create(_folder.In("runs/" + name), SampleRun.Settings(name));
}
