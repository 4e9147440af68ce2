using System.Text.Json.Nodes;
using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

/// <summary>hone plan, for this machine and for others.</summary>
public class PlanTests
{
    [Fact]
    public void A_model_folder_takes_the_place_of_one_that_is_not_there()
    {
        using var folder = new TemporaryFolder();
        string job = SmallJob.Write(folder, job => job["baseModel"] = "not downloaded");

        HoneProcess.Run("plan", job, "--json").RefusedWith("baseModel", "not downloaded");

        Assert.True(HoneProcess.Run("plan", SmallJob.Model, job, "--json").Succeeded().Json["fits"]!.GetValue<bool>());
    }

    [Fact]
    public void A_plan_for_another_machine_takes_its_threads_rates_and_memory()
    {
        using var folder = new TemporaryFolder();
        string job = SmallJob.Write(folder);

        var slow = Plan(job, "--threads", "1", "--gflops", "20", "--bandwidth", "5", "--memory", "3GB");
        var fast = Plan(job, "--threads", "16", "--gflops", "2000", "--bandwidth", "200", "--memory", "64GB");

        Assert.Equal((3_000_000_000, 64_000_000_000), (slow["memoryBudget"]!.GetValue<long>(), fast["memoryBudget"]!.GetValue<long>()));
        Assert.True(fast["memory"]!["runtime"]!.GetValue<long>() > slow["memory"]!["runtime"]!.GetValue<long>());
        Assert.True(fast["trainingSeconds"]!.GetValue<double>() < 0.2 * slow["trainingSeconds"]!.GetValue<double>());
    }

    [Fact]
    public void A_machine_that_cannot_be_is_refused_with_every_reason()
    {
        using var folder = new TemporaryFolder();
        string job = SmallJob.Write(folder);

        HoneProcess.Run("plan", job, "--threads", "0", "--gflops", "-1", "--bandwidth", "0")
            .RefusedWith("--threads is 0", "--gflops is -1", "--bandwidth is 0");
        HoneProcess.Run("plan", job, "--memory", "plenty").RefusedWith("memoryLimit is 'plenty'");
    }

    static JsonObject Plan(string job, params string[] machine) =>
        HoneProcess.Run(["plan", job, "--completion-tokens", "24", "--json", .. machine]).Succeeded().Json;
}
