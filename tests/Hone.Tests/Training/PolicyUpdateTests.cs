using Hone.Grading;
using Hone.Models;
using Hone.Tensors;
using Hone.Training;
using Hone.Training.Losses;
using RandomDecoder = Hone.Tests.Models.RandomDecoder;

namespace Hone.Tests.Training;

public sealed class PolicyUpdateTests : IDisposable
{
    const int G = 3;

    readonly Workers _workers = new(1);
    readonly Decoder _decoder;
    readonly LoraAdapter _adapter;

    public PolicyUpdateTests()
    {
        _decoder = RandomDecoder.Create(_workers);
        _adapter = RandomDecoder.Adapter(_decoder);
        _adapter.Train();
        _decoder.Attach(_adapter);
    }

    public void Dispose()
    {
        _adapter.Dispose();
        _decoder.Dispose();
        _workers.Dispose();
    }

    [Theory]
    [InlineData(1, "-+--+-+--")]
    [InlineData(2, "-+--+-+--")]
    [InlineData(2, "+++------")]
    [InlineData(3, "++-++-+++")]
    [InlineData(8, "---------")]
    public void Groups_without_an_advantage_leave_the_gradient_and_the_metrics_as_they_are(int groupsPerMicroBatch, string groups)
    {
        var settings = new TrainingSettings { GroupsPerMicroBatch = groupsPerMicroBatch, InferenceMaxTokens = 9, MeasureKl = false };
        int[][] prompts = [.. groups.Select((_, p) => RandomDecoder.Tokens(3 + (5 * p), p))];
        Rollout[] rollouts = [.. groups.SelectMany((sign, p) => Enumerable.Range(0, G).Select(g => RolloutOf(p, g, sign == '+' ? g - 1 : 0)))];
        var (expected, expectedMetrics) = Together(prompts, rollouts, settings);
        using var update = new PolicyUpdate(_decoder, _adapter, settings);

        var result = update.Accumulate(prompts, rollouts);

        Assert.Equal(expected, Gradients());
        Assert.Equal(expectedMetrics, result.Metrics);
        Assert.Equal(groups.Contains('+'), expected.Any(gradient => gradient.Any(value => value != 0)));
    }

    /// <summary>What reads more of a step than the default: the group, the old policy, advantages of tokens.</summary>
    public static TheoryData<PolicyLossSettings, bool> Losses => new()
    {
        { new() { Aggregation = Aggregation.Prompt, MaskTruncated = true }, false },
        { new() { SamplerCorrection = new() { Mode = SamplerCorrectionMode.TokenTruncate, ClipMax = 1.01 } }, false },
        { new() { Kind = LossKind.Vespo, SamplerCorrection = new() }, false },
        { new() { Kind = LossKind.Gmpo, TopEntropyQuantile = 0.5 }, false },
        { new() { Kind = LossKind.GspoToken }, true },
        { new() { KlCoefficient = 0.1, KlRatioWeighted = true, OffPolicyMaskThreshold = 0 }, true },
    };

    [Theory, MemberData(nameof(Losses))]
    public void The_cut_into_micro_batches_leaves_no_trace_at_any_update(PolicyLossSettings loss, bool tokenAdvantages)
    {
        var (prompts, rollouts) = Step("+-++-", tokenAdvantages);
        var (expected, expectedMetrics) = TwoUpdates(prompts, rollouts, new() { Loss = loss, InferenceMaxTokens = 9, GroupsPerMicroBatch = 8 });

        for (int groups = 1; groups < 5; groups++)
        {
            var (actual, metrics) = TwoUpdates(prompts, rollouts, new() { Loss = loss, InferenceMaxTokens = 9, GroupsPerMicroBatch = groups });
            Assert.Equal(expected, actual);
            Assert.Equal(expectedMetrics, metrics);
        }

        Assert.Contains(expected, gradient => gradient.Any(value => value != 0));
    }

    [Fact]
    public void Stale_rollouts_are_corrected_and_fresh_ones_left_alone()
    {
        var (prompts, stale) = Step("++", tokenAdvantages: false);
        var settings = new TrainingSettings { InferenceMaxTokens = 9 };
        Rollout[] fresh = Sampled(prompts, stale, settings);
        var corrected = settings with { Loss = new() { SamplerCorrection = new() { Mode = SamplerCorrectionMode.TokenMask, ClipMax = 1.05 } } };

        Assert.Equal(TwoUpdates(prompts, fresh, settings).Gradients, TwoUpdates(prompts, fresh, corrected).Gradients);
        Assert.NotEqual(TwoUpdates(prompts, stale, settings).Gradients, TwoUpdates(prompts, stale, corrected).Gradients);
        Assert.True(TwoUpdates(prompts, stale, corrected).Metrics.Sampler.SmallestRatio == 0);
    }

    [Fact]
    public void The_drift_from_the_reference_is_measured_token_by_token()
    {
        var (prompts, rollouts) = Step("+-+", tokenAdvantages: false);
        using var update = new PolicyUpdate(_decoder, _adapter, new() { InferenceMaxTokens = 9, GroupsPerMicroBatch = 2 });

        double[][] drift = update.ReferenceDrift(prompts, rollouts);

        Assert.Equal(rollouts.Select(rollout => rollout.Tokens.Length), drift.Select(row => row.Length));
        _decoder.Attach(null);
        Rollout[] base_ = Sampled(prompts, rollouts, new() { InferenceMaxTokens = 9 });
        Assert.Equal(rollouts[4].LogProbabilities[0] - (double)base_[4].LogProbabilities[0], drift[4][0]);
    }

    static (int[][] Prompts, Rollout[] Rollouts) Step(string groups, bool tokenAdvantages)
    {
        int[][] prompts = [.. groups.Select((_, p) => RandomDecoder.Tokens(3 + (5 * p), p))];
        Rollout[] rollouts = [.. groups.SelectMany((sign, p) => Enumerable.Range(0, G).Select(g => RolloutOf(p, g, sign == '+' ? g - 1 : 0)))];
        return (prompts, !tokenAdvantages ? rollouts : [.. rollouts.Select(rollout =>
            rollout with { TokenAdvantages = [.. rollout.Tokens.Select((_, t) => rollout.Advantage + (0.1 * t) - 0.2)] })]);
    }

    // The gradient of a second update, with an adapter that the first would have moved.
    (float[][] Gradients, PolicyMetrics Metrics) TwoUpdates(int[][] prompts, Rollout[] rollouts, TrainingSettings settings)
    {
        using var adapter = RandomDecoder.Adapter(_decoder);
        adapter.Train();
        _decoder.Attach(adapter);
        using var update = new PolicyUpdate(_decoder, adapter, settings);
        update.Accumulate(prompts, rollouts);
        Gradients(adapter);
        RandomDecoder.Perturb(_decoder, adapter, seed: 5, 0.02);
        var metrics = update.Accumulate(prompts, rollouts, update: 1).Metrics;
        var gradients = Gradients(adapter);
        _decoder.Attach(_adapter);
        return (gradients, metrics);
    }

    // As if the model had written them.
    Rollout[] Sampled(int[][] prompts, Rollout[] rollouts, TrainingSettings settings)
    {
        using var arena = _decoder.Device.NewArena();
        var part = new PolicyMicroBatch(prompts, rollouts);
        double[] all = new PolicyPass(_decoder, arena, part, settings.Temperature, [], records: false).LogProbabilities;
        return [.. part.PerCompletion(all).Select((l, i) => rollouts[i] with { LogProbabilities = Array.ConvertAll(l, value => (float)value) })];
    }

    // Every group goes backward, in one pass.
    (float[][] Gradients, PolicyMetrics Metrics) Together(int[][] prompts, Rollout[] rollouts, TrainingSettings settings)
    {
        using var arena = _decoder.Device.NewArena();
        var totals = StepTotals.Of(
            settings.Loss, settings.InferenceMaxTokens, [.. rollouts.Select(rollout => rollout.Tokens.Length)], new bool[rollouts.Length], prompts.Length);
        var sums = new CompletionSums[rollouts.Length];
        new PolicyPass(_decoder, arena, new PolicyMicroBatch(prompts, rollouts), settings.Temperature, [], records: true)
            .Finish(settings.Loss, totals, sums);
        return (Gradients(), PolicyMetrics.Of(sums, clipsWholeCompletions: false));
    }

    float[][] Gradients() => Gradients(_adapter);

    float[][] Gradients(LoraAdapter adapter) => [.. adapter.Parameters.Select(parameter =>
    {
        parameter.FinishGradient(_decoder.Device);
        return parameter.Gradient!.Span.ToArray();
    })];

    static Rollout RolloutOf(int prompt, int index, double advantage)
    {
        int[] tokens = RandomDecoder.Tokens(1 + ((prompt + (4 * index)) % 9), 100 + (prompt * G) + index);
        return new()
        {
            PromptId = $"p{prompt}",
            Index = index,
            Tokens = tokens,
            LogProbabilities = [.. tokens.Select(_ => -MathF.Log(RandomDecoder.Config.VocabularySize))],
            Entropy = 0,
            Text = "",
            Stop = tokens.Length == 9 ? StopReason.MaxTokens : StopReason.EndOfSequence,
            Grade = new Grade("", 0, null, "", []),
            Advantage = advantage,
        };
    }
}
