using Hone.Training.Losses;

namespace Hone.Training.Verification;

/// <summary>
/// One micro-batch of <c>policy-loss.json</c> in the terms of the loss. The rows keep their padding, masked, which shows that masked tokens
/// have no influence. The step's totals are those that the case implies for its micro-batch.
/// </summary>
sealed class LossVerificationBatch
{
    public static readonly IReadOnlyDictionary<string, Aggregation> Aggregations = new Dictionary<string, Aggregation>
    {
        ["grpo"] = Aggregation.Grpo,
        ["bnpo"] = Aggregation.Bnpo,
        ["dr_grpo"] = Aggregation.DrGrpo,
        ["dapo"] = Aggregation.Dapo,
        ["luspo"] = Aggregation.Luspo,
    };

    readonly int[] _offsets;
    readonly double[] _logProbabilities, _old, _reference, _entropies, _advantages;
    readonly bool[] _mask;
    readonly bool _advantagePerToken;
    readonly double _accumulation;

    public LossVerificationBatch(LossVerificationValue settings, LossVerificationValue inputs)
    {
        int B = inputs["logp"].Items.Length, T = inputs["logp"].Items is [var first, ..] ? first.Items.Length : 0;
        _offsets = [.. Enumerable.Range(0, B + 1).Select(i => i * T)];
        _logProbabilities = Flat(inputs["logp"], B, T);
        _old = inputs["logp_old"].IsNull ? [] : Flat(inputs["logp_old"], B, T);
        _reference = inputs["logp_ref"].IsNull ? [] : Flat(inputs["logp_ref"], B, T);
        _entropies = Flat(inputs["entropy"], B, T);
        double[] tool = inputs["tool_mask"].IsNull ? [] : Flat(inputs["tool_mask"], B, T);
        _mask = [.. Flat(inputs["mask"], B, T).Select((m, j) => m != 0 && (tool.Length == 0 || tool[j] != 0))];
        _advantagePerToken = inputs["advantages"].Items is [{ IsList: true }, ..];
        _advantages = [.. inputs["advantages"].Rows(B, _advantagePerToken ? T : 1).SelectMany(row => row)];

        Settings = SettingsOf(settings);
        if (Settings.KlCoefficient != 0 && inputs["logp_ref"].IsNull)
        {
            throw inputs["logp_ref"].Unlike("a table, which beta needs");
        }

        _accumulation = settings["training"].Flag ? settings["gradient_accumulation_steps"].Number : 1;
        PolicyLossScale = Settings.Aggregation == Aggregation.Dapo ? 1 : _accumulation;
        Totals = TotalsOf(settings);
    }

    public PolicyLossSettings Settings { get; }

    public StepTotals Totals { get; }

    public int Completions => _offsets.Length - 1;

    public int Tokens => _logProbabilities.Length;

    public bool ClipsWholeCompletions => Settings.ImportanceLevel == ImportanceLevel.Sequence && !_advantagePerToken;

    /// <summary>The reference logs the policy loss before it is divided by the micro-batches of a step, except for dapo.</summary>
    public double PolicyLossScale { get; }

    public double[] EntropyMask => [.. _mask.Select((trains, j) => trains && _entropies[j] >= Totals.EntropyThreshold ? 1.0 : 0.0)];

    public PolicyBatch Inputs => new()
    {
        Offsets = _offsets,
        LogProbabilities = _logProbabilities,
        OldLogProbabilities = _old,
        ReferenceLogProbabilities = Settings.KlCoefficient == 0 ? [] : _reference,
        Advantages = _advantagePerToken ? [] : _advantages,
        TokenAdvantages = _advantagePerToken ? _advantages : [],
        Entropies = _entropies,
        Mask = _mask,
    };

    static PolicyLossSettings SettingsOf(LossVerificationValue settings) => new()
    {
        Aggregation = Aggregations[settings["loss_type"].Text],
        ClipLow = settings["epsilon_low"].Number,
        ClipHigh = settings["epsilon_high"].Number,
        Delta = settings.Has("delta") ? settings["delta"].Number : null,
        ImportanceLevel = settings["importance_sampling_level"].Text switch
        {
            "token" => ImportanceLevel.Token,
            "sequence" => ImportanceLevel.Sequence,
            _ => throw settings["importance_sampling_level"].Unlike("'token' or 'sequence'"),
        },
        KlCoefficient = settings["beta"].Number,
        KlEstimator = settings["kl_estimator"].Text switch
        {
            "k1" => KlEstimator.K1,
            "k2" => KlEstimator.K2,
            "k3" => KlEstimator.K3,
            _ => throw settings["kl_estimator"].Unlike("'k1', 'k2' or 'k3'"),
        },
        KlRatioWeighted = settings["use_bias_correction_kl"].Flag,
        EntropyCoefficient = settings["entropy_coef"].Number,
        TopEntropyQuantile = settings["top_entropy_quantile"].Number,
    };

    /// <summary>Denominators of a micro-batch that is one of several in its step, so that they come to what the step's would be.</summary>
    StepTotals TotalsOf(LossVerificationValue settings)
    {
        double share = settings["training"].Flag ? _accumulation / settings["steps_per_generation"].Number : 1;
        double ofStep = Math.Max(settings["num_items_in_batch"].Number, 1) / settings["num_processes"].Number * share;
        double ofMicroBatch = Math.Max(_mask.Count(trains => trains), 1) * _accumulation;
        var totals = new StepTotals
        {
            Completions = Completions * _accumulation,
            Tokens = Settings.Aggregation == Aggregation.Dapo ? ofStep : ofMicroBatch,
            EntropyTokens = ofMicroBatch,
            MaxCompletionLength = settings["max_completion_length"].Integer,
        }.WithEntropies(Settings, [.. _entropies.Where((_, j) => _mask[j])]);
        return Settings.TopEntropyQuantile < 1 ? totals with { EntropyTokens = totals.EntropyTokens * _accumulation } : totals;
    }

    static double[] Flat(LossVerificationValue table, int rows, int width) => [.. table.Rows(rows, width).SelectMany(row => row)];
}
