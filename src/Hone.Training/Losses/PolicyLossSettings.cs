using Hone.Training.Losses.Terms;

namespace Hone.Training.Losses;

/// <summary>Where the ratio of new to old policy is taken.</summary>
public enum ImportanceLevel
{
    /// <summary>ρ_t = exp(ℓ_t − ℓ_old,t).</summary>
    Token,

    /// <summary>s = exp(mean over the completion's tokens of ℓ_t − ℓ_old,t), one ratio per completion.</summary>
    Sequence,
}

/// <summary>The policy loss of a run: its kind, KL to the reference, entropy bonus, what trains, and how tokens are averaged.</summary>
public sealed record PolicyLossSettings
{
    public LossKind Kind { get; init; } = LossKind.Clipped;

    /// <summary>Null: what the loss's source uses; dapo for clipped, cispo, vespo and reinforce, grpo for gspo and sapo, luspo for luspo.</summary>
    public Aggregation? Aggregation { get; init; }

    /// <summary>
    /// The ratio is clipped below at 1 − this. Null: what the loss's source uses; 0.2, for a ratio of completions 3e-4, for gmpo (in log space) 0.4.
    /// </summary>
    public double? ClipLow { get; init; }

    /// <summary>The ratio is clipped above at 1 + this. Null: 0.28, for rloo 0.2, for a ratio of completions 4e-4, for gmpo (in log space) 0.4.</summary>
    public double? ClipHigh { get; init; }

    /// <summary>Largest ratio of the unclipped branch, which bounds the loss of tokens with a negative advantage. Null: no bound.</summary>
    public double? Delta { get; init; }

    /// <summary>The loss of a token with a negative advantage is at most this times |A|. Null: no bound.</summary>
    public double? DualClip { get; init; }

    /// <summary>Null: sequence for gspo and luspo, else token.</summary>
    public ImportanceLevel? ImportanceLevel { get; init; }

    /// <summary>Null: <see cref="CispoSettings"/> as they come.</summary>
    public CispoSettings? Cispo { get; init; }

    /// <summary>Null: <see cref="SapoSettings"/> as they come.</summary>
    public SapoSettings? Sapo { get; init; }

    /// <summary>Null: <see cref="VespoSettings"/> as they come.</summary>
    public VespoSettings? Vespo { get; init; }

    /// <summary>Weight of the KL to the reference (β); 0 needs no reference.</summary>
    public double KlCoefficient { get; init; }

    public KlEstimator KlEstimator { get; init; } = KlEstimator.K3;

    /// <summary>The KL of a token is multiplied by the ratio, which makes its gradient unbiased off-policy.</summary>
    public bool KlRatioWeighted { get; init; }

    /// <summary>Completions that were cut off at the length limit train nothing. Their rewards still count in the group's statistics.</summary>
    public bool MaskTruncated { get; init; }

    /// <summary>
    /// A completion with a negative advantage trains nothing once the mean over its tokens of ℓ_old − ℓ is above this: the policy has already
    /// left it. Null: it always trains.
    /// </summary>
    public double? OffPolicyMaskThreshold { get; init; }

    /// <summary>Null: rollouts are taken as what the policy that begins the step writes.</summary>
    public SamplerCorrectionSettings? SamplerCorrection { get; init; }

    /// <summary>Weight of the mean entropy that is subtracted from the loss; with <see cref="EntropyControl"/>, what the run begins with.</summary>
    public double EntropyCoefficient { get; init; }

    /// <summary>Null: <see cref="EntropyCoefficient"/> stays as it is.</summary>
    public EntropyControlSettings? EntropyControl { get; init; }

    /// <summary>The policy term uses this share of the step's tokens, those with the highest entropy; 1 uses all.</summary>
    public double TopEntropyQuantile { get; init; } = 1;

    /// <summary>Whether the loss reads entropies.</summary>
    public bool UsesEntropy => EntropyCoefficient != 0 || TopEntropyQuantile < 1;

    /// <summary>Every problem at once, in the words of the job file. Empty when the settings can be run.</summary>
    public IEnumerable<string> Problems() => PolicyLossProblems.Of(this);

    internal LossForm Form => LossForm.Of(Kind);

    internal ImportanceLevel Level => ImportanceLevel ?? Form.Level;

    internal Aggregation AveragedAs => Aggregation ?? Form.Aggregation;

    /// <summary>Distances of the clip's bounds from 1.</summary>
    internal (double Low, double High) Clip
    {
        get
        {
            var (low, high) = Level == Losses.ImportanceLevel.Sequence ? Gspo.Clip : Form.Clip ?? default;
            return (ClipLow ?? low, ClipHigh ?? high);
        }
    }

    /// <summary>Whether shares at the bounds count completions: ratio and advantage then belong to them.</summary>
    internal bool ClipsCompletions(bool tokenAdvantages) =>
        Form.ClipsCompletions || (Form.Ratio is null && Level == Losses.ImportanceLevel.Sequence && !tokenAdvantages);
}
