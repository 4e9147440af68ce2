using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

public class QuickstartTests
{
    [Fact]
    public void Quickstart_ends_with_a_verdict_as_json_and_leaves_a_run()
    {
        using var folder = new TemporaryFolder();

        var result = HoneProcess.Run("quickstart", "--steps", "2", "--json", "--run", folder["run"]).Succeeded();

        var verdict = result.Json;
        Assert.Equal(["base", "tuned", "difference", "relativeGain", "seconds", "run"], verdict.Select(member => member.Key));
        Assert.Equal(["accuracy", "low", "high", "n"], verdict["base"]!.AsObject().Select(member => member.Key));
        Assert.Equal(["value", "low", "high"], verdict["difference"]!.AsObject().Select(member => member.Key));
        Assert.Equal(1000, verdict["tuned"]!["n"]!.GetValue<int>());
        Assert.Equal(folder["run"], verdict["run"]!.GetValue<string>());
        Assert.Single(result.Output.TrimEnd().Split('\n'));
        Assert.Contains("step    2/2", result.Error);
        Assert.StartsWith("<!doctype html>", File.ReadAllText(Path.Combine(folder["run"], "report.html")), StringComparison.OrdinalIgnoreCase);
        Assert.True(File.Exists(Path.Combine(folder["run"], "run.db")));
        Assert.True(File.Exists(Path.Combine(folder["run"], "best", "adapter_model.safetensors")));
    }

    [Fact]
    public void A_job_prints_plain_lines_when_redirected()
    {
        using var folder = new TemporaryFolder();

        var result = HoneProcess.Run("train", SmallJob.Write(folder), "--run", folder["run"]).Succeeded();

        Assert.Equal("", result.Error);
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.Contains("step    3/3", result.Output);
        Assert.Contains("paired difference", result.Output);
        Assert.Contains(Path.Combine(folder["run"], "report.html"), result.Output);
        Assert.Contains("hone chat", result.Output);
    }

    [Fact]
    public void A_relative_run_folder_lands_in_the_working_folder()
    {
        using var folder = new TemporaryFolder();
        SmallJob.Write(folder);

        using var process = HoneProcess.Start(["train", "job.json", "--steps", "1"], folder: folder.Path);
        process.Wait().Succeeded();

        Assert.True(File.Exists(folder["runs/arithmetic/report.html"]));
    }

    [Fact]
    public void A_run_folder_that_exists_is_refused_and_stays_as_it_is()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["run"]);
        string file = folder.Write("run/notes.txt", "mine");

        HoneProcess.Run("quickstart", "--run", folder["run"]).RefusedWith(folder["run"], "not empty");

        Assert.Equal("mine", File.ReadAllText(file));
        Assert.Single(Directory.GetFileSystemEntries(folder["run"]));
    }

    [Fact]
    public void A_control_run_ends_with_a_verdict_and_a_report_that_says_so()
    {
        using var folder = new TemporaryFolder();

        HoneProcess.Run("train", SmallJob.Write(folder), "--control", "--run", folder["run"], "--json").Succeeded();

        Assert.Contains("coin", File.ReadAllText(Path.Combine(folder["run"], "report.html")));
    }
}
