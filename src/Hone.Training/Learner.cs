using Hone.Models;
using Hone.Tensors.Optimizers;
using Hone.Training.Losses;
using Hone.Training.Optimization;

namespace Hone.Training;

/// <summary>The adapter that is trained, with its optimizer. It is attached to the model until it is disposed.</summary>
sealed class Learner : IDisposable
{
    readonly TrainingSettings _settings;
    readonly Decoder _decoder;
    readonly LoraAdapter _adapter;
    readonly ParameterOptimizer _optimizer;
    readonly PolicyUpdate _update;

    /// <param name="checkpoint">A folder that <see cref="Save"/> filled; null: the run begins.</param>
    public Learner(TrainingRun run, string? checkpoint)
    {
        (_settings, _decoder) = (run.Settings, run.Model.Decoder);
        _adapter = (checkpoint ?? run.StartAdapter) is { } folder
            ? LoraAdapter.Load(_decoder, folder)
            : LoraAdapter.Create(_decoder, run.AdapterConfig, run.Seed);
        _adapter.Train();
        _decoder.Attach(_adapter);
        _optimizer = ParameterOptimizer.AdamW(
            _decoder.Device, _adapter.Parameters, _settings.LearningRate, new AdamWSettings(WeightDecay: _settings.WeightDecay));
        if (checkpoint is not null)
        {
            _optimizer.Load(checkpoint);
        }

        _update = new PolicyUpdate(_decoder, _adapter, _settings);
    }

    /// <summary>What a step's updates saw; the difference is the first one's.</summary>
    public readonly record struct Result(PolicyMetrics Metrics, double GradientNorm, double SamplerDifference);

    /// <summary>Updates made so far.</summary>
    public int Updates => _optimizer.Updates;

    /// <summary>Weight of the entropy bonus; the settings' until it is set.</summary>
    public double EntropyCoefficient
    {
        get => _update.EntropyCoefficient;
        set => _update.EntropyCoefficient = value;
    }

    /// <summary>For each completion, ℓ_old − ℓ_ref of its tokens.</summary>
    public double[][] ReferenceDrift(IReadOnlyList<PreparedPrompt> prompts, IReadOnlyList<Rollout> rollouts) =>
        _update.ReferenceDrift(TokensOf(prompts), rollouts);

    /// <summary>Makes the updates of one step.</summary>
    /// <param name="rate">The share of the learning rate that an update gets.</param>
    /// <exception cref="GradientException">A loss, a gradient or a log-probability is not finite: that update was not made.</exception>
    public Result Learn(IReadOnlyList<PreparedPrompt> prompts, IReadOnlyList<Rollout> rollouts, Func<int, float> rate)
    {
        RequireFinite(rollouts);
        int[][] tokens = TokensOf(prompts);
        var (first, norm) = Update(tokens, rollouts, 0, rate);
        var last = first;
        for (int i = 1; i < _settings.UpdatesPerBatch; i++)
        {
            (last, norm) = Update(tokens, rollouts, i, rate);
        }

        return new(last.Metrics, norm, first.SamplerDifference);
    }

    public string Fingerprint() => PolicyFingerprint.Of(_adapter);

    public void SaveAdapter(string folder) => _adapter.Save(folder);

    public void Save(string folder)
    {
        _adapter.Save(folder);
        _optimizer.Save(folder);
    }

    public void Dispose()
    {
        _decoder.Attach(null);
        _update.Dispose();
        _adapter.Dispose();
    }

    (PolicyUpdate.Result Result, double Norm) Update(
        int[][] prompts, IReadOnlyList<Rollout> rollouts, int number, Func<int, float> rate)
    {
        var result = _update.Accumulate(prompts, rollouts, number);
        if (!double.IsFinite(result.Metrics.Loss))
        {
            throw new GradientException($"The loss of update {Updates + 1} is {result.Metrics.Loss}, so that update was not made.");
        }

        return (result, _optimizer.Step(rate(Updates), _settings.MaxGradientNorm));
    }

    static int[][] TokensOf(IReadOnlyList<PreparedPrompt> prompts) => [.. prompts.Select(prompt => prompt.Tokens)];

    static void RequireFinite(IReadOnlyList<Rollout> rollouts)
    {
        foreach (var rollout in rollouts)
        {
            if (!double.IsFinite(rollout.Entropy) || rollout.LogProbabilities.Any(value => float.IsNaN(value)))
            {
                throw new GradientException(
                    $"The model has no finite log-probabilities for completion {rollout.Index} of prompt {rollout.PromptId}.");
            }
        }
    }
}
