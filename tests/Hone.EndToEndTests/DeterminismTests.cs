using System.Text.Json.Nodes;
using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

/// <summary>Same seed, same bits: whatever the number of threads and however the work is cut.</summary>
public class DeterminismTests
{
    static readonly Lazy<RunOutcome> _one = new(() => Run(Plain, threads: 1));
    static readonly Lazy<RunOutcome> _two = new(() => Run(TwoUpdates, threads: 1));

    [Theory]
    [InlineData(1, 1, 8)]
    [InlineData(1, 7, 8)]
    [InlineData(1, 64, 8)]
    [InlineData(1, 128, 1)]
    [InlineData(2, 128, 8)]
    [InlineData(2, 7, 1)]
    public void A_run_repeats_to_the_bit(int threads, int generationBatch, int groupsPerMicroBatch) =>
        Assert.Equal(_one.Value, Run(job => Cut(Plain, job, generationBatch, groupsPerMicroBatch), threads));

    [Theory]
    [InlineData(2, 7, 1)]
    [InlineData(1, 64, 8)]
    public void A_run_with_two_updates_per_batch_repeats_to_the_bit(int threads, int generationBatch, int groupsPerMicroBatch) =>
        Assert.Equal(_two.Value, Run(job => Cut(TwoUpdates, job, generationBatch, groupsPerMicroBatch), threads));

    [Fact]
    public void Other_seeds_and_other_numbers_of_updates_give_other_adapters()
    {
        var other = Run(job => job["seed"] = 2, threads: 1);

        Assert.Equal(3, new[] { _one.Value, _two.Value, other }.Select(outcome => outcome.LastAdapter).Distinct().Count());
    }

    static void Plain(JsonObject job)
    {
    }

    static void TwoUpdates(JsonObject job) => SmallJob.Settings(job)["updatesPerBatch"] = 2;

    static void Cut(Action<JsonObject> change, JsonObject job, int generationBatch, int groupsPerMicroBatch)
    {
        change(job);
        SmallJob.Settings(job)["generationBatch"] = generationBatch;
        SmallJob.Settings(job)["groupsPerMicroBatch"] = groupsPerMicroBatch;
    }

    static RunOutcome Run(Action<JsonObject> change, int threads)
    {
        using var folder = new TemporaryFolder();
        using var process = HoneProcess.Start(["train", SmallJob.Write(folder, change), "--run", folder["run"], "--json"], threads);
        return RunOutcome.Of(folder["run"], process.Wait().Succeeded().Json);
    }
}
