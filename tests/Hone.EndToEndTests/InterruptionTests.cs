using Hone.EndToEndTests.Support;
using Xunit.Abstractions;

namespace Hone.EndToEndTests;

/// <summary>A run that is stopped or killed at any moment and resumed ends as if nothing had happened.</summary>
public class InterruptionTests(ITestOutputHelper log)
{
    const int Interrupted = 130;

    [Fact]
    public void A_run_killed_twice_and_resumed_equals_an_uninterrupted_one() => KilledRunsEqual(kills: 2, seed: 1);

    [LongFact]
    public void Runs_killed_at_thirty_random_moments_and_resumed_equal_an_uninterrupted_one() => KilledRunsEqual(kills: 30, seed: 2);

    [Fact]
    public void Ctrl_C_stops_a_run_with_a_sentence_and_it_can_be_resumed()
    {
        using var folder = new TemporaryFolder();
        string job = SmallJob.Write(folder, job =>
        {
            // Enough steps that the interrupt finds the run at work on a slow machine, too.
            SmallJob.Settings(job)["epochCount"] = 50;
            SmallJob.Settings(job)["maxSteps"] = 60;
            SmallJob.Settings(job)["earlyStoppingPatience"] = 0;
        });
        using var process = HoneProcess.Start(["train", job, "--run", folder["run"]]);
        process.WaitForLines(5);

        process.Interrupt();

        var stopped = process.Wait();
        Assert.True(stopped.ExitCode == Interrupted, $"exit code {stopped.ExitCode}\n{stopped.Output}\n{stopped.Error}");
        Assert.Contains($"hone resume {folder["run"]}", stopped.Output);
        var resumed = HoneProcess.Run("resume", folder["run"], "--json").Succeeded();
        var straight = HoneProcess.Run("train", job, "--run", folder["straight"], "--json").Succeeded();
        Assert.Equal(RunOutcome.Of(folder["straight"], straight.Json), RunOutcome.Of(folder["run"], resumed.Json));
    }

    [Fact]
    public void A_run_that_another_process_writes_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        using var process = HoneProcess.Start(["train", SmallJob.Write(folder), "--run", folder["run"]]);
        process.WaitForLines(1);

        HoneProcess.Run("resume", folder["run"]).RefusedWith(folder["run"], "in use");
    }

    // Moments are counted in lines of progress, so that they fall into every phase whatever the speed of the machine. Some kills come
    // right after Ctrl-C, when the run writes its checkpoint.
    void KilledRunsEqual(int kills, int seed)
    {
        using var folder = new TemporaryFolder();
        string job = SmallJob.Write(folder, job => SmallJob.Settings(job)["maxSteps"] = 6);
        var expected = RunOutcome.Of(
            folder["straight"], HoneProcess.Run("train", job, "--run", folder["straight"], "--json").Succeeded().Json);
        var random = new Random(seed);
        for (int run = 0, done = 0; done < kills; run++)
        {
            string path = folder[$"run-{run}"];
            var (result, killed) = RunWithKills(job, path, random, most: Math.Min(5, kills - done));
            done += killed;

            Assert.Equal(expected, RunOutcome.Of(path, result.Json));
        }
    }

    (HoneResult Result, int Kills) RunWithKills(string job, string path, Random random, int most)
    {
        int kills = 0;
        while (true)
        {
            bool exists = File.Exists(Path.Combine(path, "job.json"));
            using var process = HoneProcess.Start(exists ? ["resume", path, "--json"] : ["train", job, "--run", path, "--json"]);
            if (kills < most)
            {
                process.WaitForLines(random.Next(16));
                Thread.Sleep(random.Next(60));
                if (random.Next(3) == 0)
                {
                    process.Interrupt();
                    Thread.Sleep(random.Next(40));
                }

                process.Kill();
            }

            var result = process.Wait();
            if (result.ExitCode == 0)
            {
                return (result, kills);
            }

            string last = result.Error.TrimEnd().Split('\n')[^1];
            Assert.True(kills < most, $"nobody killed this one: exit code {result.ExitCode}\n{result.Error}");
            log.WriteLine($"kill {++kills}, exit code {result.ExitCode}, after: {last}");
        }
    }
}
