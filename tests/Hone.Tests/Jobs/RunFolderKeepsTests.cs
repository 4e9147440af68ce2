using Hone.Jobs;
using Hone.Training;
using Microsoft.Data.Sqlite;

namespace Hone.Tests.Jobs;

/// <summary>What a run folder keeps for a run that stops in the middle of a step, and for one that has to go back.</summary>
public sealed class RunFolderKeepsTests : IDisposable
{
    static readonly Occasion _step = new("step", 3, "weights");

    readonly TestFolder _folder = new();

    string RunPath => _folder.In("runs/sums");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_kept_rollout_is_found_again_after_the_process_died()
    {
        var (scored, failed) = (SampleRun.Rollout("p0", 0, 1), SampleRun.Rollout("p0", 1, null));
        using (var run = Create())
        {
            Keep(run, scored, failed);
        }

        using var again = RunFolder.Open(RunPath);
        again.Resume();
        var found = Find(again, _step);

        Assert.Equal([0, 1], found.Select(rollout => rollout.Index));
        Assert.Equal(scored.Tokens, found[0].Tokens);
        Assert.Equal(scored.LogProbabilities, found[0].LogProbabilities);
        Assert.Equal((scored.Text, scored.Entropy, scored.Stop), (found[0].Text, found[0].Entropy, found[0].Stop));
        Assert.Equal(1, found[0].Grade.Score);
        Assert.Equal("deadline", found[1].Grade.Fault!.Boundary);
    }

    [Fact]
    public void Rollouts_of_other_weights_or_another_step_are_not_found()
    {
        using var run = Create();
        Keep(run, SampleRun.Rollout("p0", 0, 1));

        Assert.Empty(Find(run, _step with { Policy = "others" }));
        Assert.Empty(Find(run, _step with { Step = 4 }));
        Assert.Empty(Find(run, _step with { Name = "validation" }));
    }

    [Fact]
    public void A_grade_of_another_grader_is_found_as_a_fault()
    {
        using (var run = Create())
        {
            Keep(run, SampleRun.Rollout("p0", 0, 1));
        }

        string job = Path.Combine(RunPath, "job.json");
        File.WriteAllText(job, File.ReadAllText(job).Replace("finalNumber", "format", StringComparison.Ordinal));
        using var again = RunFolder.Open(RunPath);

        Assert.Equal("grader", Find(again, _step).Single().Grade.Fault!.Boundary);
    }

    [Fact]
    public void A_checkpoint_after_the_step_makes_them_needless()
    {
        using var run = Create();
        Keep(run, SampleRun.Rollout("p0", 0, 1));

        SampleRun.Checkpoint(run, 3);
        Assert.Single(Find(run, _step));
        SampleRun.Checkpoint(run, 4);
        Assert.Empty(Find(run, _step));
    }

    [Fact]
    public void Going_back_forgets_what_came_after_and_the_next_checkpoint_replaces_the_later_ones()
    {
        using var run = Create();
        SampleRun.RecordSteps(run, 0, 2);
        Checkpoint(run, 2, good: 2);
        SampleRun.RecordSteps(run, 2, 6);
        Checkpoint(run, 4, good: 2);
        Checkpoint(run, 5, good: 2);
        Checkpoint(run, 6, good: 2);
        Assert.Equal(["step-000002", "step-000005", "step-000006"], Checkpoints());

        var (cursor, _) = run.GoBack(2);
        Checkpoint(run, cursor.Step, good: 2);

        Assert.Equal(2, cursor.Step);
        Assert.Equal(["step-000002"], Checkpoints());
        using var reader = RunReader.Open(RunPath);
        Assert.Equal([0, 1], reader.Metrics().Select(metrics => metrics.Step));
    }

    [Fact]
    public void Replaced_groups_are_recorded_beside_what_the_step_trained_on()
    {
        using (var run = Create())
        {
            run.Step(SampleRun.Metrics(0), [SampleRun.Rollout("a", 0, 1)], [SampleRun.Rollout("b", 0, 0)]);
        }

        using var reader = RunReader.Open(RunPath);
        Assert.Equal("a", reader.RolloutsOfStep(0).Single().Rollout.PromptId);
        Assert.Equal(("replaced", 0), (reader.RolloutsOfPrompt("b").Single().Phase, reader.RolloutsOfPrompt("b").Single().Step));
    }

    [Fact]
    public void A_database_of_the_layout_before_is_read_and_gets_what_it_lacks()
    {
        using (var run = Create())
        {
            SampleRun.RecordSteps(run, 0, 1);
        }

        string database = Path.Combine(RunPath, "run.db");
        using (var connection = new SqliteConnection($"Data Source={database};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TABLE kept; ALTER TABLE evaluations DROP COLUMN loss; PRAGMA user_version = 1";
            command.ExecuteNonQuery();
        }

        using (var reader = RunReader.Open(RunPath))
        {
            Assert.Single(reader.Metrics());
            Assert.All(reader.Evaluations(), evaluation => Assert.Null(evaluation.Loss));
        }

        using var again = RunFolder.Open(RunPath);
        Keep(again, SampleRun.Rollout("p0", 0, 1));
        Assert.Single(Find(again, _step));
        again.Evaluation(new Evaluation("validation", 1, [], 1) { Loss = 0.5 });
        using var read = RunReader.Open(RunPath);
        Assert.Equal(0.5, read.Evaluations().Last(evaluation => evaluation.Name == "validation").Loss);
    }

    static void Keep(IRolloutBook book, params Rollout[] rollouts) => book.Keep(_step, rollouts);

    static IReadOnlyList<Rollout> Find(IRolloutBook book, Occasion occasion) => book.Find(occasion);

    static void Checkpoint(RunFolder run, int step, int good) => run.Checkpoint(SampleRun.Cursor(step) with { GoodStep = good }, _ => { });

    string[] Checkpoints() => [.. Directory.GetDirectories(Path.Combine(RunPath, "checkpoints")).Select(path => Path.GetFileName(path)!).Order()];

    RunFolder Create() => RunFolder.Create(RunPath, SampleRun.Settings());
}
