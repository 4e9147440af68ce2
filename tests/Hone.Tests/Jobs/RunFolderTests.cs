using Hone.Jobs;
using Hone.Training;

namespace Hone.Tests.Jobs;

public sealed class RunFolderTests : IDisposable
{
    readonly TestFolder _folder = new();

    string RunPath => _folder.In("runs/sums");

    [Fact]
    public void A_new_run_holds_its_job_and_what_made_it()
    {
        using (RunFolder.Create(RunPath, SampleRun.Settings(), RunOrigin.Here("hone train job.json")))
        {
        }

        var (settings, origin) = JobFile.ReadRecorded(Path.Combine(RunPath, "job.json"));

        Assert.Equal(JobFile.ToJson(SampleRun.Settings()), JobFile.ToJson(settings));
        Assert.Equal("hone train job.json", origin!.Command);
        Assert.Contains(origin.InstructionSet, new[] { "avx512", "avx2", "vector128", "plain" });
    }

    [Fact]
    public void A_closed_run_leaves_no_write_ahead_file()
    {
        using (var run = Create())
        {
            run.Event(0, "info", "hello");
        }

        Assert.Empty(Directory.GetFiles(RunPath, "run.db-*"));
    }

    [Fact]
    public void A_run_that_exists_is_not_written_over()
    {
        Create().Dispose();

        Assert.Contains($"hone resume {RunPath}", Assert.Throws<RunException>(Create).Message);
    }

    [Fact]
    public void A_folder_with_other_files_is_refused_and_left_alone()
    {
        string mine = _folder.File("runs/sums/thesis.txt", "mine");

        Assert.Contains("is not empty", Assert.Throws<RunException>(Create).Message);
        Assert.Equal([mine], Directory.GetFileSystemEntries(RunPath));
    }

    [Fact]
    public void What_a_creation_left_behind_that_was_killed_is_used_again()
    {
        Create().Dispose();
        File.Move(Path.Combine(RunPath, "job.json"), Path.Combine(RunPath, "job.json.tmp"));

        using var run = Create();

        Assert.True(File.Exists(Path.Combine(RunPath, "job.json")));
    }

    [Fact]
    public void The_next_free_name_gets_a_number()
    {
        string runs = _folder.In("runs");
        Assert.Equal(RunPath, RunFolder.NextFree(runs, "sums"));
        Create().Dispose();
        Assert.Equal(RunPath + "-2", RunFolder.NextFree(runs, "sums"));
        RunFolder.Create(RunPath + "-2", SampleRun.Settings()).Dispose();
        Assert.Equal(RunPath + "-3", RunFolder.NextFree(runs, "sums"));
    }

    [Fact]
    public void A_second_writer_is_refused()
    {
        using var run = Create();

        Assert.Contains("is in use by another process", Assert.Throws<RunException>(() => RunFolder.Open(RunPath)).Message);
    }

    [Fact]
    public void A_folder_that_holds_no_run_cannot_be_opened()
    {
        Assert.Contains("is not a run", Assert.Throws<RunException>(() => RunFolder.Open(_folder.Path)).Message);
        Assert.Contains("there is no folder", Assert.Throws<RunException>(() => RunFolder.Open(RunPath)).Message);
    }

    [Fact]
    public void A_run_without_a_checkpoint_starts_again_and_keeps_its_base_evaluation()
    {
        using (var run = Create())
        {
            run.Evaluation(SampleRun.Evaluation("base", 0, 1, 0));
            SampleRun.RecordSteps(run, 0, 3);
            run.Evaluation(SampleRun.Evaluation("validation", 2, 1, 0));
        }

        using var again = RunFolder.Open(RunPath);
        var cursor = again.Resume();

        Assert.Null(cursor);
        Assert.NotNull(again.FindEvaluation("base", 0));
        Assert.Null(again.FindEvaluation("validation", 2));
        Assert.Empty(Read(reader => reader.Metrics()));
        Assert.Empty(Read(reader => reader.RolloutsOfPrompt("t0")));
    }

    [Fact]
    public void A_resumed_run_goes_on_from_the_newest_checkpoint_and_forgets_what_came_after()
    {
        using (var run = Create())
        {
            run.Evaluation(SampleRun.Evaluation("base", 0, 1, 0));
            SampleRun.RecordSteps(run, 0, 10);
            run.Evaluation(SampleRun.Evaluation("validation", 10, 1, 0));
            SampleRun.Checkpoint(run, 10);
            SampleRun.RecordSteps(run, 10, 13);
            run.Evaluation(SampleRun.Evaluation("validation", 13, 1, 1));
        }

        using var again = RunFolder.Open(RunPath);
        var (cursor, folder) = again.Resume()!.Value;

        Assert.Equal(SampleRun.Cursor(10), cursor);
        Assert.Equal("weights10", File.ReadAllText(Path.Combine(folder, "adapter.bin")));
        Assert.Equal(Enumerable.Range(0, 10), Read(reader => reader.Metrics()).Select(metrics => metrics.Step));
        Assert.Equal(10, Read(reader => reader.RolloutsOfPrompt("t1")).Count);
        Assert.NotNull(again.FindEvaluation("base", 0));
        Assert.NotNull(again.FindEvaluation("validation", 10));
        Assert.Null(again.FindEvaluation("validation", 13));
    }

    [Fact]
    public void A_cursor_before_its_first_validation_is_read_as_it_was_written()
    {
        using var run = Create();
        var cursor = new TrainingCursor { Step = 3, Updates = 6 };
        run.Checkpoint(cursor, _ => { });

        Assert.Equal(cursor, run.Resume()!.Value.Cursor);
    }

    [Fact]
    public void A_checkpoint_that_was_half_written_is_ignored_and_cleared_away()
    {
        using (var run = Create())
        {
            SampleRun.RecordSteps(run, 0, 2);
            SampleRun.Checkpoint(run, 2);
        }

        _folder.File("runs/sums/checkpoints/step-000004.tmp/cursor.json", "{}");
        _folder.File("runs/sums/checkpoints/step-000006/adapter.bin", "no cursor: not complete");

        using var again = RunFolder.Open(RunPath);

        Assert.Equal(2, again.Resume()!.Value.Cursor.Step);
        Assert.False(Directory.Exists(Path.Combine(RunPath, "checkpoints/step-000004.tmp")));
    }

    [Fact]
    public void A_folder_caught_between_two_renames_is_put_back()
    {
        using (var run = Create())
        {
            run.KeepBest(folder => File.WriteAllText(Path.Combine(folder, "adapter.bin"), "first"));
        }

        Directory.Move(Path.Combine(RunPath, "best"), Path.Combine(RunPath, "best.old"));
        _folder.File("runs/sums/best.tmp/adapter.bin", "second");

        using var again = RunFolder.Open(RunPath);

        Assert.Equal("first", File.ReadAllText(Path.Combine(again.BestFolder, "adapter.bin")));
        Assert.False(Directory.Exists(Path.Combine(RunPath, "best.tmp")));
    }

    [Fact]
    public void Only_the_two_newest_checkpoints_are_kept()
    {
        using var run = Create();
        foreach (int step in (int[])[2, 4, 6, 8])
        {
            SampleRun.Checkpoint(run, step);
        }

        Assert.Equal(
            ["step-000006", "step-000008"],
            Directory.GetDirectories(Path.Combine(RunPath, "checkpoints")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_checkpoint_of_the_same_step_replaces_the_one_before()
    {
        using var run = Create();
        SampleRun.Checkpoint(run, 2, "first");
        SampleRun.Checkpoint(run, 2, "second");

        Assert.Equal("second2", File.ReadAllText(Path.Combine(run.Resume()!.Value.Folder, "adapter.bin")));
    }

    [Fact]
    public void The_best_adapter_is_replaced_by_a_better_one()
    {
        using var run = Create();
        run.KeepBest(folder => File.WriteAllText(Path.Combine(folder, "adapter.bin"), "first"));
        run.KeepBest(folder => File.WriteAllText(Path.Combine(folder, "adapter.bin"), "second"));

        Assert.Equal("second", File.ReadAllText(Path.Combine(run.BestFolder, "adapter.bin")));
        Assert.Equal([run.BestFolder], Directory.GetDirectories(RunPath, "best*"));
    }

    [Fact]
    public void A_checkpoint_that_fails_leaves_the_run_as_it_was()
    {
        using var run = Create();
        SampleRun.Checkpoint(run, 2);

        Assert.Throws<InvalidOperationException>(() => run.Checkpoint(SampleRun.Cursor(4), _ => throw new InvalidOperationException()));

        Assert.Equal(2, run.Resume()!.Value.Cursor.Step);
        Assert.Equal(["step-000002"], Directory.GetDirectories(Path.Combine(RunPath, "checkpoints")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_full_disk_gives_one_sentence()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        using var run = Create();

        var refusal = Assert.Throws<RunException>(() => run.Checkpoint(SampleRun.Cursor(4), _ => File.WriteAllText("/dev/full", "weights")));

        Assert.Equal($"{RunPath}: the disk is full; free some space, and the run can be resumed from its last checkpoint.", refusal.Message);
    }

    [Fact]
    public void A_database_that_is_no_database_gives_one_sentence()
    {
        Create().Dispose();
        File.WriteAllText(Path.Combine(RunPath, "run.db"), new string('x', 5000));

        Assert.Contains("run.db is damaged", Assert.Throws<RunException>(() => RunFolder.Open(RunPath)).Message);
    }

    [Fact]
    public void A_damaged_cursor_says_which_folder_to_remove()
    {
        using var run = Create();
        SampleRun.Checkpoint(run, 2);
        File.WriteAllText(Path.Combine(RunPath, "checkpoints/step-000002/cursor.json"), "{");

        Assert.Contains("Remove the folder", Assert.Throws<RunException>(() => run.Resume()).Message);
    }

    [Fact]
    public void An_evaluation_is_found_again_with_every_rollout()
    {
        using var run = Create();
        var evaluation = SampleRun.Evaluation("base", 0, 1, 0, null);
        run.Evaluation(evaluation);
        run.Evaluation(evaluation);

        var found = run.FindEvaluation("base", 0)!;

        Assert.Equal(3, found.Rollouts.Count);
        Assert.Equal(evaluation.RewardMean, found.RewardMean);
        Assert.Equal(1, found.Faults);
        Assert.Null(run.FindEvaluation("base", 1));
        Assert.All(evaluation.Rollouts.Zip(found.Rollouts), pair => AssertEqual(pair.First, pair.Second));
    }

    public void Dispose() => _folder.Dispose();

    static void AssertEqual(Rollout expected, Rollout actual)
    {
        Assert.Equal(expected.Tokens, actual.Tokens);
        Assert.Equal(expected.LogProbabilities, actual.LogProbabilities);
        Assert.Equal(expected.Grade with { Metrics = [] }, actual.Grade with { Metrics = [] });
        Assert.Equal(expected.Grade.Metrics, actual.Grade.Metrics);
        Assert.Equal(expected with { Tokens = actual.Tokens, LogProbabilities = actual.LogProbabilities, Grade = actual.Grade }, actual);
    }

    RunFolder Create() => RunFolder.Create(RunPath, SampleRun.Settings());

    T Read<T>(Func<RunReader, T> read)
    {
        using var reader = RunReader.Open(RunPath);
        return read(reader);
    }
}
