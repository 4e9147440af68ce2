using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

/// <summary>A grader that fails, and what another grader would have said.</summary>
public class FaultTests
{
    [Fact]
    public void A_run_whose_grader_fails_too_often_pauses_and_says_how_to_go_on()
    {
        using var folder = new TemporaryFolder();
        string mended = SmallJob.Lines(folder, "train.jsonl", 16);
        // Without its reference a completion cannot be graded.
        string broken = folder.Write("broken.jsonl", File.ReadAllText(mended).Replace("reference_answer", "answer_of_nobody"));
        string job = SmallJob.Write(folder, job => job["trainingData"] = broken);

        var paused = HoneProcess.Run("train", job, "--run", folder["run"]);

        Assert.Equal(1, paused.ExitCode);
        Assert.Contains("the grader failed on 32 of 32 completions", paused.Error);
        Assert.Contains($"hone resume {folder["run"]}", paused.Output);
        Assert.Contains("failed on 32 of 32 completions", File.ReadAllText(Path.Combine(folder["run"], "report.html")));
        Assert.Contains("score none (", HoneProcess.Run("show", folder["run"], "--faults").Succeeded().Output);

        File.Copy(mended, broken, overwrite: true);
        HoneProcess.Run("resume", folder["run"]).Succeeded();
        string shown = HoneProcess.Run("show", folder["run"]).Succeeded().Output;
        Assert.Contains("fault: Step 0: the grader failed on 32 of 32 completions", shown);
    }

    [Fact]
    public void Regrade_shows_what_another_reward_changes()
    {
        using var folder = new TemporaryFolder();
        HoneProcess.Run("train", SmallJob.Write(folder), "--run", folder["run"]).Succeeded();
        string same = folder.Write("same.json", """{"kind":"finalNumber","mode":"strict"}""");
        string other = folder.Write("other.json", """{"kind":"contains","text":"="}""");

        var nothing = HoneProcess.Run("regrade", folder["run"], "--grader", same, "--json").Succeeded().Json;
        var result = HoneProcess.Run("regrade", folder["run"], "--grader", other, "--json", "--out", folder["rows.jsonl"]).Succeeded();

        Assert.Equal(0, nothing["meanAdvantageMove"]!.GetValue<double>());
        Assert.Equal(0, nothing["bestChanges"]!.GetValue<double>());
        Assert.True(result.Json["meanAdvantageMove"]!.GetValue<double>() > 0);
        Assert.Equal(3 * 8 * 4, result.Json["completions"]!.GetValue<int>());
        Assert.Equal(3 * 8 * 4, File.ReadLines(folder["rows.jsonl"]).Count());
        HoneProcess.Run("regrade", folder["run"], "--grader", folder["none.json"]).RefusedWith("none.json", "no such file");
    }
}
