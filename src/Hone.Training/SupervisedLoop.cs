using System.Diagnostics;
using Hone.Models;
using Hone.Tensors;
using Hone.Training.Optimization;

namespace Hone.Training;

/// <summary>What a step of supervised training did.</summary>
public readonly record struct SupervisedMetrics(
    int Step, int TotalSteps, double Loss, double GradientNorm, double LearningRate, long Tokens, double Seconds);

/// <summary>
/// Supervised training, from top to bottom: examples → loss on the tokens that train → gradients → update. Every number is over the whole
/// step; a group is one sequence.
/// </summary>
public sealed class SupervisedLoop : IDisposable
{
    readonly Decoder _decoder;
    readonly IReadOnlyList<SupervisedExample> _examples;
    readonly SupervisedSettings _settings;
    readonly ParameterOptimizer _optimizer;
    readonly EpochOrder _order;
    readonly Arena _arena;
    long _tokens;
    int _step;

    /// <param name="parameters">What is trained: the adapter's factors, or every weight.</param>
    public SupervisedLoop(
        Decoder decoder, IReadOnlyList<SupervisedExample> examples, SupervisedSettings settings, IReadOnlyList<Parameter> parameters, ulong seed)
    {
        (_decoder, _examples, _settings) = (decoder, examples, settings);
        _order = new EpochOrder(examples.Count, settings.BatchSize, seed);
        _arena = decoder.Device.NewArena();
        _optimizer = SupervisedRules.For(decoder, settings, parameters);
        TotalSteps = _order.TotalSteps(settings.EpochCount, settings.MaxSteps);
    }

    public int TotalSteps { get; }

    /// <summary>The most memory that activations have taken, in bytes.</summary>
    public long ActivationPeak => _arena.Peak;

    /// <summary>Goes on behind so many steps, with the optimizer that <see cref="Save"/> put into a folder. The parameters are as they were then.</summary>
    public void Load(string folder, int steps)
    {
        _optimizer.Load(folder);
        _step = steps;
    }

    /// <summary>Writes the optimizer's state.</summary>
    public void Save(string folder) => _optimizer.Save(folder);

    /// <exception cref="OperationCanceledException">Stopped between two steps.</exception>
    /// <exception cref="GradientException">A gradient is not finite; the step that it belongs to moved nothing.</exception>
    public void Run(Action<SupervisedMetrics> onStep, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        while (_step < TotalSteps)
        {
            stop.ThrowIfCancellationRequested();
            int step = _step;
            SupervisedExample[] batch = [.. _order.ItemsOf(step).ToArray().Select(i => _examples[i])];
            double loss = Accumulate(batch);
            float rate = LearningRate.ShareAt(_settings.LearningRateSchedule, _settings.WarmupSteps, step, TotalSteps);
            double norm = _optimizer.Step(rate, _settings.MaxGradientNorm);
            _tokens += batch.Sum(example => example.Length);
            _step++;
            onStep(new(step, TotalSteps, loss, norm, rate * _settings.LearningRate, _tokens, watch.Elapsed.TotalSeconds));
        }
    }

    /// <summary>Mean loss per trained token, without an update.</summary>
    public double Evaluate(IReadOnlyList<SupervisedExample> examples)
    {
        double sum = 0;
        foreach (var part in examples.Chunk(_settings.SequencesPerMicroBatch))
        {
            sum += Losses(Forward(part, records: false).Head, part).Sum();
        }

        return sum / Math.Max(1, examples.Sum(example => example.TrainedTokens));
    }

    public void Dispose() => _arena.Dispose();

    /// <summary>The step's gradient, left in the parameters' trees; returns the mean loss per trained token.</summary>
    public double Accumulate(IReadOnlyList<SupervisedExample> batch)
    {
        double tokens = Math.Max(1, batch.Sum(example => example.TrainedTokens)), sum = 0;
        foreach (var part in batch.Chunk(_settings.SequencesPerMicroBatch))
        {
            var (tape, head) = Forward(part, records: true);
            foreach (double loss in Losses(head, part))
            {
                sum += loss;
            }

            float weight = (float)(-1 / tokens);
            head.Backward([.. part.SelectMany(example => example.Trains).Select(trains => trains ? weight : 0f)]);
            tape.Backward();
        }

        return sum / tokens;
    }

    (Tape Tape, LanguageModelHead Head) Forward(IReadOnlyList<SupervisedExample> part, bool records)
    {
        _arena.Reset();
        PackedGroup[] groups = [.. part.Select(example => new PackedGroup(example.Prompt, [example.Rest]))];
        var batch = RowBatch.Pack(groups);
        var (rows, targets) = PackedGroup.Predictions(groups);
        var tape = new Tape(_decoder.Device, _arena, records) { GroupStarts = batch.GroupStarts };
        var hidden = _decoder.Hidden(tape, batch, checkpointedLayers: _settings.CheckpointLayers);
        return (tape, new LanguageModelHead(_decoder, tape, hidden, rows, targets, temperature: 1));
    }

    static IEnumerable<double> Losses(LanguageModelHead head, IReadOnlyList<SupervisedExample> part)
    {
        int i = 0;
        foreach (bool trains in part.SelectMany(example => example.Trains))
        {
            if (trains)
            {
                yield return -head.LogProbabilities[i];
            }

            i++;
        }
    }
}
