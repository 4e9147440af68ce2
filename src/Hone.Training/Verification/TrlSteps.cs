using Hone.Grading;
using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Training.Optimization;

namespace Hone.Training.Verification;

/// <summary>Steps of group-relative policy optimization with an adapter, each beside what the reference computed for it.</summary>
sealed class TrlSteps : IDisposable
{
    const double LogProbabilityTolerance = 2e-5, LossTolerance = 1e-6, GradientTolerance = 5e-6, AdapterTolerance = 2e-6;

    // Advantages come from few rewards in double, and shares from counts; means over tokens inherit the error of the log-probabilities.
    const double ExactTolerance = 1e-9, MeanTolerance = 2e-5, NormTolerance = 1e-5;

    const string AdapterPrefix = "base_model.model.";

    readonly string _folder;
    readonly Decoder _decoder;
    readonly LoraAdapter _adapter;
    readonly TensorReport _report;
    readonly TrainingSettings _settings;
    readonly int[][] _prompts;
    readonly Rollout[] _rollouts;
    readonly PolicyUpdate _update;
    readonly ParameterOptimizer _optimizer;
    readonly Arena _arena;

    public TrlSteps(string folder, LossVerificationValue settings, TensorReport report)
    {
        (_folder, _report) = (folder, report);
        _decoder = DecoderLoader.Load(Path.Combine(folder, "model"), new CpuDevice());
        _adapter = LoraAdapter.Load(_decoder, Path.Combine(folder, "adapter-0"));
        _adapter.Train();
        _decoder.Attach(_adapter);
        _arena = _decoder.Device.NewArena();

        _settings = TrlSettings.Of(settings);
        int V = _decoder.Config.VocabularySize;
        _prompts = [.. settings["prompts"].Items.Select(ids => VerifiedModel.Ids(ids, V))];
        int[][] completions = [.. settings["completions"].Items.Select(ids => VerifiedModel.Ids(ids, V))];
        double[] rewards = [.. settings["rewards"].Rows(completions.Length, 1).Select(row => row[0])];
        _rollouts = [.. completions.Select((tokens, i) => RolloutOf(tokens, i, rewards[i]))];
        _update = new PolicyUpdate(_decoder, _adapter, _settings);
        _optimizer = ParameterOptimizer.AdamW(
            _decoder.Device, _adapter.Parameters, _settings.LearningRate, TrlSettings.Optimizer(settings));
    }

    /// <summary>One optimizer step, the first of all being number 1.</summary>
    public void Step(int number, LossVerificationValue expected)
    {
        string name = $"trl-steps/step {number}";
        if (expected["micro_batches"].Items is not [var batch])
        {
            throw expected["micro_batches"].Unlike("a list of one micro-batch");
        }

        var (logProbabilities, entropies) = Forward();
        _decoder.Attach(null);
        var (reference, _) = Forward();
        _decoder.Attach(_adapter);
        bool firstOfBatch = (number - 1) % _settings.UpdatesPerBatch == 0;
        if (firstOfBatch)
        {
            KeepAsSampled(logProbabilities);
        }

        CompareTokens(name, "logp", logProbabilities, batch["logp"]);
        CompareTokens(name, "logp_old", [.. _rollouts.SelectMany(rollout => rollout.LogProbabilities)], batch["logp_old"]);
        CompareTokens(name, "logp_ref", reference, batch["logp_ref"]);
        CompareTokens(name, "entropy", entropies, batch["entropy"]);
        Advance(name, batch["advantages"]);

        var result = _update.Accumulate(_prompts, _rollouts);
        double norm = _optimizer.Step(1, _settings.MaxGradientNorm);
        CompareMetrics(name, result, norm, expected);
        if (firstOfBatch)
        {
            _report.Add(name, "sampler against trainer", result.SamplerDifference, 0);
        }

        CompareTensors(name, number);
    }

    public void Dispose()
    {
        _update.Dispose();
        _arena.Dispose();
        _adapter.Dispose();
        _decoder.Dispose();
    }

    static Rollout RolloutOf(int[] tokens, int index, double reward) => new()
    {
        PromptId = "",
        Index = index,
        Tokens = tokens,
        LogProbabilities = [],
        Entropy = 0,
        Text = "",
        Stop = StopReason.EndOfSequence,
        Grade = new Grade("", reward, null, "", []),
        Reward = reward,
    };

    (float[] LogProbabilities, float[] Entropies) Forward()
    {
        _arena.Reset();
        var pass = new PolicyPass(
            _decoder, _arena, new PolicyMicroBatch(_prompts, _rollouts), _settings.Temperature, reference: [], records: false);
        return (Array.ConvertAll(pass.LogProbabilities, value => (float)value), Array.ConvertAll(pass.Entropies, value => (float)value));
    }

    // The completions are given: what a sampler would have reported is the policy before the batch's first update.
    void KeepAsSampled(float[] logProbabilities)
    {
        int start = 0;
        for (int i = 0; i < _rollouts.Length; i++)
        {
            int end = start + _rollouts[i].Tokens.Length;
            _rollouts[i] = _rollouts[i] with { LogProbabilities = logProbabilities[start..end] };
            start = end;
        }
    }

    void Advance(string name, LossVerificationValue expected)
    {
        double[] advantages = Advantages.Of(_settings.Advantages, new()
        {
            Rewards = [.. _rollouts.Select(rollout => rollout.Reward)],
            GroupSize = _settings.TrainingSamplePerPrompt,
        }).Advantages;
        _report.Compare(name, "advantages", advantages, [.. expected.Rows(advantages.Length, 1).Select(row => row[0])], ExactTolerance);
        for (int i = 0; i < _rollouts.Length; i++)
        {
            _rollouts[i] = _rollouts[i] with { Advantage = advantages[i] };
        }
    }

    // Rows of the reference are padded on the right.
    void CompareTokens(string name, string quantity, float[] actual, LossVerificationValue expected)
    {
        var rows = expected.Items;
        if (rows.Length != _rollouts.Length || rows.Zip(_rollouts).Any(pair => pair.First.Items.Length < pair.Second.Tokens.Length))
        {
            throw expected.Unlike("a row for each completion, with a number for each token");
        }

        float[] flat = [.. rows.SelectMany((row, i) => row.Numbers.Take(_rollouts[i].Tokens.Length).Select(number => (float)number))];
        _report.Compare(name, quantity, [(actual, flat)], LogProbabilityTolerance);
    }

    void CompareMetrics(string name, PolicyUpdate.Result result, double norm, LossVerificationValue expected)
    {
        var (metrics, reference) = (result.Metrics, expected["metrics"]);
        void Compare(string quantity, double actual, double wanted, double tolerance) =>
            _report.Add(name, quantity, Math.Abs(actual - wanted), tolerance);
        Compare("loss", metrics.Loss, expected["loss"].Number, LossTolerance);
        Compare("grad_norm (relative)", norm / expected["grad_norm"].Number, 1, NormTolerance);
        Compare("kl", metrics.Kl, reference["kl"].Number, MeanTolerance);
        Compare("mean entropy", metrics.Entropy, reference["entropy"].Number, MeanTolerance);
        Compare("clip_ratio/low_mean", metrics.ClipLow, reference["clip_ratio/low_mean"].Number, ExactTolerance);
        Compare("clip_ratio/high_mean", metrics.ClipHigh, reference["clip_ratio/high_mean"].Number, ExactTolerance);
    }

    void CompareTensors(string name, int number)
    {
        using var gradients = SafetensorsFile.Open(Path.Combine(_folder, $"gradients-{number}.safetensors"));
        using var adapter = SafetensorsFile.Open(Path.Combine(_folder, $"adapter-{number}", AdapterFiles.WeightsName));
        double largest = _adapter.Parameters.Max(parameter => gradients.ReadF32(AdapterPrefix + parameter.Name).Max(Math.Abs));
        foreach (var parameter in _adapter.Parameters)
        {
            string key = AdapterPrefix + parameter.Name;
            _report.Compare(
                name, "grad." + key, [(parameter.Gradient!.Span.ToArray(), gradients.ReadF32(key))], GradientTolerance * largest);
            _report.Compare(name, "adapter." + key, [(parameter.Values!.Span.ToArray(), adapter.ReadF32(key))], AdapterTolerance);
        }
    }
}
