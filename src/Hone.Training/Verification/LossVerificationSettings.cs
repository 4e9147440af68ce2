using Hone.Training.Losses;

namespace Hone.Training.Verification;

/// <summary>The settings of a case of <c>policy-loss.json</c> in the words of the loss.</summary>
static class LossVerificationSettings
{
    /// <summary>Whether this build has the loss.</summary>
    public static bool Has(LossVerificationValue settings) => Kind(settings) is not null;

    public static PolicyLossSettings Of(LossVerificationValue settings)
    {
        var (kind, aggregation) = Kind(settings)!.Value;
        bool clips = LossForm.Of(kind).Clip is not null;
        return new()
        {
            Kind = kind,
            Aggregation = aggregation,
            ClipLow = clips ? settings["epsilon_low"].Number : null,
            ClipHigh = clips ? settings["epsilon_high"].Number : null,
            Delta = settings.Has("delta") ? settings["delta"].Number : null,
            ImportanceLevel = Level(settings),
            // Its cap is the upper bound itself.
            Cispo = new() { Cap = settings["epsilon_high"].Number },
            Sapo = new()
            {
                TemperaturePositive = settings["sapo_temperature_pos"].Number,
                TemperatureNegative = settings["sapo_temperature_neg"].Number,
            },
            Vespo = new()
            {
                PowerPositive = settings["vespo_k_pos"].Number,
                DecayPositive = settings["vespo_lambda_pos"].Number,
                PowerNegative = settings["vespo_k_neg"].Number,
                DecayNegative = settings["vespo_lambda_neg"].Number,
            },
            KlCoefficient = settings["beta"].Number,
            KlEstimator = Estimator(settings["kl_estimator"]),
            KlRatioWeighted = settings["use_bias_correction_kl"].Flag,
            EntropyCoefficient = settings["entropy_coef"].Number,
            TopEntropyQuantile = settings["top_entropy_quantile"].Number,
            OffPolicyMaskThreshold = settings.Has("off_policy_mask_threshold") ? settings["off_policy_mask_threshold"].Number : null,
            SamplerCorrection = settings.Has("sampler_correction") ? Correction(settings["sampler_correction"]) : null,
        };
    }

    // Loss and aggregation are one word there. With a sequence ratio, grpo is GSPO.
    static (LossKind Kind, Aggregation? Aggregation)? Kind(LossVerificationValue settings) => settings["loss_type"].Text switch
    {
        "grpo" when Level(settings) == ImportanceLevel.Sequence => (LossKind.Gspo, null),
        "grpo" => (LossKind.Clipped, Aggregation.Grpo),
        "bnpo" => (LossKind.Clipped, Aggregation.Bnpo),
        "dr_grpo" => (LossKind.Clipped, Aggregation.DrGrpo),
        "dapo" => (LossKind.Clipped, Aggregation.Dapo),
        "luspo" => (LossKind.Luspo, null),
        "cispo" => (LossKind.Cispo, null),
        "sapo" => (LossKind.Sapo, null),
        "vespo" => (LossKind.Vespo, null),
        "gmpo" => (LossKind.Gmpo, null),
        "rloo" => (LossKind.Rloo, null),
        "gspo-token" => (LossKind.GspoToken, null),
        "reinforce" => (LossKind.Reinforce, null),
        "rloo-reinforce" => (LossKind.Reinforce, Aggregation.Luspo),
        _ => null,
    };

    static ImportanceLevel Level(LossVerificationValue settings) => settings["importance_sampling_level"].Text switch
    {
        "token" => ImportanceLevel.Token,
        "sequence" => ImportanceLevel.Sequence,
        _ => throw settings["importance_sampling_level"].Unlike("'token' or 'sequence'"),
    };

    static KlEstimator Estimator(LossVerificationValue value) => value.Text switch
    {
        "k1" => KlEstimator.K1,
        "k2" => KlEstimator.K2,
        "k3" => KlEstimator.K3,
        _ => throw value.Unlike("'k1', 'k2' or 'k3'"),
    };

    static SamplerCorrectionSettings Correction(LossVerificationValue correction) => new()
    {
        Mode = correction["mode"].Text switch
        {
            "token_truncate" => SamplerCorrectionMode.TokenTruncate,
            "token_mask" => SamplerCorrectionMode.TokenMask,
            "sequence_truncate" => SamplerCorrectionMode.SequenceTruncate,
            "sequence_mask" => SamplerCorrectionMode.SequenceMask,
            _ => throw correction["mode"].Unlike("'token_' or 'sequence_' with 'truncate' or 'mask'"),
        },
        ClipMin = correction["clip_min"].IsNull ? null : correction["clip_min"].Number,
        ClipMax = correction["clip_max"].IsNull ? null : correction["clip_max"].Number,
    };
}
