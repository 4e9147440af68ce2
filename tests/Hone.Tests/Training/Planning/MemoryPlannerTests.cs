using Hone.Models;
using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Planning;
using Hone.Training;
using Hone.Training.Planning;

namespace Hone.Tests.Training.Planning;

public class MemoryPlannerTests
{
    const long Plenty = 1L << 50;

    [Fact]
    public void Plenty_of_memory_needs_no_checkpointed_layer() => Assert.Equal(0, Plan(Plenty).CheckpointLayers);

    [Fact]
    public void No_more_layers_are_checkpointed_than_the_budget_asks_for()
    {
        var (none, all) = (Plan(Plenty, 0, rows: 1536), Plan(Plenty, Half.Layers, rows: 1536));
        long between = (none.Total + all.Total) / 2;

        var plan = Plan(between, rows: 1536);

        Assert.InRange(plan.CheckpointLayers, 1, Half.Layers - 1);
        Assert.Null(plan.CacheLimit);
        Assert.NotNull(Plan(between, plan.CheckpointLayers - 1, rows: 1536).CacheLimit);
    }

    [Fact]
    public void Groups_go_one_by_one_when_checkpointing_is_not_enough()
    {
        long all = Plan(Plenty, checkpointLayers: Half.Layers).Total;

        var plan = Plan(all - 1);

        Assert.True(plan.Fits);
        Assert.Equal(200 + (8 * 63), plan.RowsPerMicroBatch);
    }

    [Fact]
    public void Fewer_completions_are_decoded_side_by_side_before_a_run_is_refused()
    {
        var one = Plan(Plenty, Half.Layers, rows: 1);

        var plan = Plan(one.Total - (one.Cache / 2), Half.Layers, rows: 1);

        Assert.True(plan.Fits);
        Assert.InRange(plan.CacheLimit!.Value, one.Cache / 3, one.Cache / 2);
    }

    [Fact]
    public void Each_advice_alone_makes_the_run_fit_and_one_more_would_not()
    {
        var run = Run(new TrainingSettings { InferenceMaxTokens = 2048, TrainingSamplePerPrompt = 8, BatchSize = 4 });
        const long Budget = 3_000_000_000;

        var advice = MemoryAdvice.For(run, Budget).Single(one => one.Setting == "inferenceMaxTokens");

        Assert.True(Total(run, advice.To) <= Budget);
        Assert.True(Total(run, advice.To + 1) > Budget);
    }

    [Fact]
    public void Nothing_is_advised_when_the_weights_alone_are_too_large() =>
        Assert.Empty(MemoryAdvice.For(Run(new TrainingSettings { InferenceMaxTokens = 64 }), 500_000_000));

    static long Total(RunShape run, int maxTokens)
    {
        using var planner = new MemoryPlanner(
            run with { Settings = run.Settings with { InferenceMaxTokens = maxTokens, CheckpointLayers = Half.Layers, RowsPerMicroBatch = 1 } }, 0);
        return planner.Plan().Total;
    }

    static MemoryPlan Plan(long budget, int? checkpointLayers = null, int? rows = null)
    {
        using var planner = new MemoryPlanner(
            Run(new TrainingSettings { InferenceMaxTokens = 64, BatchSize = 4, CheckpointLayers = checkpointLayers, RowsPerMicroBatch = rows }), budget);
        return planner.Plan();
    }

    static RunShape Run(TrainingSettings settings) => new()
    {
        Decoder = DecoderLoader.OfShapes(Half, new ShapeDevice(Compute.F32), _ => ElementType.BF16),
        Settings = settings,
        Training = [200, 150, 180, 90],
    };

    static DecoderConfig Half { get; } = new()
    {
        ModelType = "qwen3",
        VocabularySize = 151_936,
        HiddenSize = 896,
        Layers = 24,
        Heads = 14,
        KeyValueHeads = 2,
        HeadWidth = 64,
        FeedForwardWidth = 4864,
        NormEpsilon = 1e-6f,
        Ropes = [new(1e6)],
        TieEmbeddings = true,
        MaxPositions = 32_768,
    };
}
