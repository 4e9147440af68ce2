using Hone.Tensors;
using Hone.Training;
using RandomDecoder = Hone.Tests.Models.RandomDecoder;

namespace Hone.Tests.Training;

public sealed class SupervisedLoopTests : IDisposable
{
    readonly Workers _workers = new(1);

    static SupervisedSettings Settings { get; } = new() { EpochCount = 2, BatchSize = 4, LearningRate = 1e-2f, SequencesPerMicroBatch = 3 };

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Checkpointed_layers_leave_no_trace() =>
        Assert.Equal(Trained(Settings), Trained(Settings with { CheckpointLayers = 1 }));

    [Fact]
    public void Stopping_ends_between_two_steps()
    {
        using var stop = new CancellationTokenSource();
        List<int> steps = [];

        Assert.Throws<OperationCanceledException>(() => Trained(
            Settings,
            metrics =>
            {
                steps.Add(metrics.Step);
                stop.Cancel();
            },
            stop: stop.Token));

        Assert.Equal([0], steps);
    }

    [Fact]
    public void A_weight_that_is_not_a_number_stops_training_with_a_sentence() =>
        Assert.Contains("gradient of update 1 is NaN", Assert.Throws<GradientException>(() => Trained(Settings, breaks: true)).Message);

    float[][] Trained(
        SupervisedSettings settings, Action<SupervisedMetrics>? onStep = null, bool breaks = false, CancellationToken stop = default)
    {
        using var decoder = RandomDecoder.Create(_workers);
        using var adapter = RandomDecoder.Adapter(decoder);
        adapter.Train();
        decoder.Attach(adapter);
        if (breaks)
        {
            adapter.Parameters[0].Values!.Span[0] = float.NaN;
            adapter.Parameters[0].Refresh(decoder.Device);
        }

        bool[] trains = [.. Enumerable.Range(0, 9).Select(t => t > 1)];
        SupervisedExample[] examples =
            [.. Enumerable.Range(0, 8).Select(i => new SupervisedExample(RandomDecoder.Tokens(5 + i, i), RandomDecoder.Tokens(9, 50 + i), trains))];
        using var loop = new SupervisedLoop(decoder, examples, settings, adapter.Parameters, seed: 5);
        loop.Run(metrics => onStep?.Invoke(metrics), stop);
        return [.. adapter.Parameters.Select(parameter => parameter.Read())];
    }
}
