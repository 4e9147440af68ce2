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

    // Every group goes backward, in one pass.
    (float[][] Gradients, PolicyMetrics Metrics) Together(int[][] prompts, Rollout[] rollouts, TrainingSettings settings)
    {
        using var arena = _decoder.Device.NewArena();
        var totals = StepTotals.Of(
            settings.Loss, settings.InferenceMaxTokens, [.. rollouts.Select(rollout => rollout.Tokens.Length)], new bool[rollouts.Length]);
        var sums = new CompletionSums[rollouts.Length];
        new PolicyPass(_decoder, arena, new PolicyMicroBatch(prompts, rollouts), settings.Temperature, [], records: true)
            .Finish(settings.Loss, totals, sums);
        return (Gradients(), PolicyMetrics.Of(sums, clipsWholeCompletions: false));
    }

    float[][] Gradients() => [.. _adapter.Parameters.Select(parameter =>
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
            Stop = StopReason.EndOfSequence,
            Grade = new Grade("", 0, null, "", []),
            Advantage = advantage,
        };
    }
}
