using Hone.Training.Losses;

namespace Hone.Training.Verification;

/// <summary>
/// One micro-batch of <c>policy-loss.json</c> in the terms of the loss. The rows keep their padding, masked, which shows that masked tokens
/// have no influence. The step's totals are those that the case implies for its micro-batch.
/// </summary>
sealed class LossVerificationBatch
{
    // How the reference counts: over the generation batch, over the micro-batch, or over the rows without the steps that accumulate.
    static readonly string[] _ofGeneration = ["dapo", "cispo", "vespo", "reinforce"], _ofRows = ["rloo", "rloo-reinforce"];

    // Its policy loss is logged before it is divided by the micro-batches of a step.
    static readonly string[] _loggedWhole = ["grpo", "sapo", "bnpo", "dr_grpo", "luspo"];

    readonly int[] _offsets;
    readonly double[] _logProbabilities, _old, _sampler, _reference, _entropies, _advantages;
    readonly bool[] _mask;
    readonly string _lossType;
    readonly bool _advantagePerToken;
    readonly double _accumulation;

    public LossVerificationBatch(LossVerificationValue settings, LossVerificationValue inputs)
    {
        int B = inputs["logp"].Items.Length, T = inputs["logp"].Items is [var first, ..] ? first.Items.Length : 0;
        _offsets = [.. Enumerable.Range(0, B + 1).Select(i => i * T)];
        _logProbabilities = Flat(inputs["logp"], B, T);
        _old = inputs["logp_old"].IsNull ? [] : Flat(inputs["logp_old"], B, T);
        _reference = inputs["logp_ref"].IsNull ? [] : Flat(inputs["logp_ref"], B, T);
        _sampler = inputs.Has("logp_sampler") ? Flat(inputs["logp_sampler"], B, T) : [];
        _entropies = Flat(inputs["entropy"], B, T);
        double[] tool = inputs["tool_mask"].IsNull ? [] : Flat(inputs["tool_mask"], B, T);
        _mask = [.. Flat(inputs["mask"], B, T).Select((m, j) => m != 0 && (tool.Length == 0 || tool[j] != 0))];
        _advantagePerToken = inputs["advantages"].Items is [{ IsList: true }, ..];
        _advantages = [.. inputs["advantages"].Rows(B, _advantagePerToken ? T : 1).SelectMany(row => row)];

        _lossType = settings["loss_type"].Text;
        Settings = LossVerificationSettings.Of(settings);
        if (Settings.KlCoefficient != 0 && inputs["logp_ref"].IsNull)
        {
            throw inputs["logp_ref"].Unlike("a table, which beta needs");
        }

        _accumulation = settings["training"].Flag ? settings["gradient_accumulation_steps"].Number : 1;
        Totals = TotalsOf(settings);
    }

    public PolicyLossSettings Settings { get; }

    public StepTotals Totals { get; }

    public int Completions => _offsets.Length - 1;

    public int Tokens => _logProbabilities.Length;

    public bool ClipsWholeCompletions => Settings.ClipsCompletions(_advantagePerToken);

    public double PolicyLossScale => _loggedWhole.Contains(_lossType) ? _accumulation : 1;

    public double[] EntropyMask => [.. _mask.Select((trains, j) => trains && _entropies[j] >= Totals.EntropyThreshold ? 1.0 : 0.0)];

    public PolicyBatch Inputs => new()
    {
        Offsets = _offsets,
        LogProbabilities = _logProbabilities,
        OldLogProbabilities = _old,
        SamplerLogProbabilities = _sampler,
        ReferenceLogProbabilities = Settings.KlCoefficient == 0 ? [] : _reference,
        Advantages = _advantagePerToken ? [] : _advantages,
        TokenAdvantages = _advantagePerToken ? _advantages : [],
        Entropies = _entropies,
        Mask = _mask,
    };

    /// <summary>R of each token of each completion, or of each completion.</summary>
    public double[] SamplerRatios()
    {
        List<double> ratios = [];
        for (int i = 0; i < Completions; i++)
        {
            var completion = new PolicyCompletion(Settings, Totals, Inputs, i);
            var trust = new SamplerTrust(Settings.SamplerCorrection, completion);
            for (int t = 0; t < (trust.PerToken ? completion.Length : 1); t++)
            {
                ratios.Add(trust.Of(t));
            }
        }

        return [.. ratios];
    }

    /// <summary>Denominators of a micro-batch that is one of several in its step, so that they come to what the step's would be.</summary>
    StepTotals TotalsOf(LossVerificationValue settings)
    {
        double share = settings["training"].Flag ? _accumulation / settings["steps_per_generation"].Number : 1;
        double ofStep = Math.Max(settings["num_items_in_batch"].Number, 1) / settings["num_processes"].Number * share;
        double ofMicroBatch = Math.Max(_mask.Count(trains => trains), 1) * _accumulation;
        var totals = new StepTotals
        {
            Completions = Completions * (_ofRows.Contains(_lossType) ? 1 : _accumulation),
            Tokens = _ofGeneration.Contains(_lossType) ? ofStep : ofMicroBatch,
            EntropyTokens = ofMicroBatch,
            MaxCompletionLength = settings["max_completion_length"].Integer,
        }.WithEntropies(Settings, [.. _entropies.Where((_, j) => _mask[j])]);
        return Settings.TopEntropyQuantile < 1 ? totals with { EntropyTokens = totals.EntropyTokens * _accumulation } : totals;
    }

    static double[] Flat(LossVerificationValue table, int rows, int width) => [.. table.Rows(rows, width).SelectMany(row => row)];
}
