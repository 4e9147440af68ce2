using Hone.Grading;
using Hone.Models;
using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Planning;
using Hone.Training;
using Hone.Training.Planning;
using ExpertConfigs = Hone.Tests.Models.ExpertConfigs;
using Families = Hone.Tests.Models.Families;
using RandomDecoder = Hone.Tests.Models.RandomDecoder;

namespace Hone.Tests.Training.Planning;

public sealed class DryRunTests : IDisposable
{
    const int G = 3;

    readonly Workers _workers = new(1);

    public static TheoryData<string> FamilyNames => Families.Names;

    public void Dispose() => _workers.Dispose();

    [Theory]
    [InlineData(0, Compute.F32, 0)]
    [InlineData(1, Compute.F32, 0)]
    [InlineData(2, Compute.F32, 0.1)]
    [InlineData(0, Compute.Bf16, 0)]
    public void A_dry_run_counts_the_activations_of_a_real_one_to_the_byte(int checkpointLayers, Compute compute, double entropyCoefficient) =>
        AssertSameBytes(Settings(checkpointLayers, entropyCoefficient), compute, RandomDecoder.Config);

    [Theory, MemberData(nameof(FamilyNames))]
    public void A_dry_run_counts_the_activations_of_every_family_to_the_byte(string family) =>
        Assert.All(new[] { 0, 1, 2 }, checkpointLayers => AssertSameBytes(Settings(checkpointLayers, 0.1), Compute.F32, Families.Config(family)));

    [Theory, MemberData(nameof(ExpertConfigs.Names), MemberType = typeof(ExpertConfigs))]
    public void Where_rows_go_to_experts_the_bytes_are_the_same(string name)
    {
        AssertSameBytes(Settings(checkpointLayers: 1), Compute.F32, ExpertConfigs.Named(name));
        AssertSameBytes(Settings(checkpointLayers: 3), Compute.Bf16, ExpertConfigs.Named(name));
    }

    void AssertSameBytes(TrainingSettings settings, Compute compute, DecoderConfig config)
    {
        int[] prompts = [9, 40, 33], completions = [5, 9, 1, 30, 2, 17, 8, 8, 21];
        using var decoder = RandomDecoder.Create(config, _workers, compute);
        using var adapter = LoraAdapter.Create(decoder, Run(settings, compute, config).AdapterConfig, seed: 1);
        adapter.Train();
        decoder.Attach(adapter);
        using var update = new PolicyUpdate(decoder, adapter, settings);
        update.Accumulate([.. prompts.Select(length => RandomDecoder.Tokens(length, length))], [.. completions.Select(RolloutOf)]);
        using var dry = new DryRun(Run(settings, compute, config));

        long planned = dry.Train(prompts, completions, settings);

        Assert.Equal(update.ActivationPeak, planned);
    }

    [Fact]
    public void Checkpointed_layers_take_less_memory_and_more_work()
    {
        var run = Run(Settings(0), Compute.F32, RandomDecoder.Config);
        double flops = 0;
        run.Device.Observer = operation => flops += operation.Cost.Flops;
        using var dry = new DryRun(run);

        var kept = (Bytes: dry.Train([40], [30, 30, 30], Settings(0)), Flops: flops);
        flops = 0;
        var again = (Bytes: dry.Train([40], [30, 30, 30], Settings(2)), Flops: flops);

        Assert.True(again.Bytes < kept.Bytes);
        Assert.True(again.Flops > kept.Flops);
    }

    [Fact]
    public void A_dry_run_touches_no_weight()
    {
        var run = Run(Settings(0), Compute.F32, RandomDecoder.Config);
        using var dry = new DryRun(run);

        dry.Prefill([30, 20]);
        dry.Decode(rows: 4, position: 50);

        Assert.All(run.Decoder.Parameters.Where(parameter => !parameter.IsVector), parameter => Assert.Null(parameter.Values));
    }

    static TrainingSettings Settings(int checkpointLayers, double entropyCoefficient = 0) => new()
    {
        Loss = new() { EntropyCoefficient = entropyCoefficient },
        CheckpointLayers = checkpointLayers,
        GroupsPerMicroBatch = 2,
        TrainingSamplePerPrompt = G,
        InferenceMaxTokens = 30,
        LoraRank = 5,
        LoraAlpha = 8,
    };

    static RunShape Run(TrainingSettings settings, Compute compute, DecoderConfig config) => new()
    {
        Decoder = DecoderLoader.OfShapes(
            config, new ShapeDevice(compute), _ => compute == Compute.Bf16 ? ElementType.BF16 : ElementType.F32),
        Settings = settings,
        Training = [40],
    };

    static Rollout RolloutOf(int tokens) => new()
    {
        PromptId = "p",
        Index = 0,
        Tokens = RandomDecoder.Tokens(tokens, tokens),
        LogProbabilities = new float[tokens],
        Entropy = 0,
        Text = "",
        Stop = StopReason.EndOfSequence,
        Grade = new Grade("", null, null, "", []),
        Advantage = 1,
    };
}
