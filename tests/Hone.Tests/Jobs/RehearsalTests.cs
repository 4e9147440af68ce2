using Hone.Jobs;
using Hone.Training;
using Hone.Training.Planning;

namespace Hone.Tests.Jobs;

public class RehearsalTests
{
    static readonly MachineRates _here = new(2, 200e9, 400e9, 30e9, 100e9);

    [Fact]
    public void A_forecast_is_set_right_by_steps_that_were_made_and_leave_nothing()
    {
        using var folder = new TestFolder();
        using var plan = Plan(folder);

        var rehearsal = Rehearsal.Of(plan, _here, _here, 6, CancellationToken.None);
        var slower = Rehearsal.Of(plan, Share(100), Share(100), 6, CancellationToken.None);

        // All steps of the run, of which the first third does not count.
        Assert.Equal(14, rehearsal.TrialSteps);
        Assert.Contains("14 steps", rehearsal.Source);
        // What the cost model believes of the machine cancels out: it is far from a factor of a hundred.
        Assert.True(slower.TrialSteps > 0);
        Assert.InRange(slower.Time.PerStep / rehearsal.Time.PerStep, 1 / 20.0, 20);
        Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), $"hone-trial-{Environment.ProcessId}-*"));
    }

    [Fact]
    public void Of_another_machine_the_cost_model_alone_speaks()
    {
        using var folder = new TestFolder();
        using var plan = Plan(folder);

        var rehearsal = Rehearsal.Of(plan, Share(10), _here, 6, CancellationToken.None);

        using var model = new TimeForecaster(plan.Shape, plan.Memory, Share(10), [6]);
        Assert.Equal(0, rehearsal.TrialSteps);
        Assert.Equal(model.Forecast(), rehearsal.Time);
    }

    [Fact]
    public void Steps_that_would_take_too_long_are_not_tried()
    {
        using var folder = new TestFolder();
        using var plan = Plan(folder);
        var slow = new MachineRates(2, 1e6, 1e6, 30e9, 1e6);

        Assert.Equal(0, Rehearsal.Of(plan, slow, slow, 6, CancellationToken.None).TrialSteps);
    }

    static MachineRates Share(double n) => new(_here.Threads, _here.F32Flops / n, _here.Bf16Flops / n, _here.MemoryBytes / n, _here.CacheBytes / n);

    static PlannedJob Plan(TestFolder folder) => PlannedJob.Open(ArithmeticJob.Of(
        folder, prompts: 8, new TrainingSettings { BatchSize = 4, TrainingSamplePerPrompt = 4, InferenceMaxTokens = 8, EpochCount = 10 }));
}
