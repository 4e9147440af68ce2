using Hone.Training.Losses.Terms;

namespace Hone.Training.Losses;

/// <summary>A loss as a row of a table: its term, and what it uses of the machinery in <see cref="PolicyLoss"/>.</summary>
sealed record LossForm
{
    public required PolicyTerm Term { get; init; }

    /// <summary>Its own weight of a completion. Null: the ratio that <see cref="PolicyLossSettings.ImportanceLevel"/> names.</summary>
    public RatioOf? Ratio { get; init; }

    /// <summary>Which tokens move its own weight. Null: all that train.</summary>
    public MovesRatio? Moves { get; init; }

    /// <summary>Of the ratio, unless the settings name another.</summary>
    public ImportanceLevel Level { get; init; } = ImportanceLevel.Token;

    /// <summary>What the sum is divided by, unless the settings name another.</summary>
    public Aggregation Aggregation { get; init; } = Aggregation.Dapo;

    /// <summary>Bounds below and above 1, unless the settings name others. Null: it has none.</summary>
    public (double Low, double High)? Clip { get; init; }

    /// <summary>It is one term for each completion, of which every token carries the same part; <see cref="Aggregation"/> is then fixed.</summary>
    public bool OfCompletions { get; init; }

    /// <summary>Shares at the bounds count completions, not tokens.</summary>
    public bool ClipsCompletions { get; init; }

    /// <summary>It reads <see cref="PolicyLossSettings.Delta"/> and <see cref="PolicyLossSettings.DualClip"/>.</summary>
    public bool BoundsNegative { get; init; }

    /// <summary>The weight of a completion for the metrics, from w and A. Null: it has none worth showing.</summary>
    public Func<PolicyLossSettings, double, double, double>? ShownWeight { get; init; }

    public static LossForm Of(LossKind kind) => kind switch
    {
        LossKind.Clipped => ClippedRatio.Form,
        LossKind.Gspo => Gspo.Form,
        LossKind.GspoToken => Gspo.TokenForm,
        LossKind.Luspo => Luspo.Form,
        LossKind.Cispo => Cispo.Form,
        LossKind.Sapo => Sapo.Form,
        LossKind.Vespo => Vespo.Form,
        LossKind.Gmpo => Gmpo.Form,
        LossKind.Rloo => Rloo.Form,
        LossKind.Reinforce => Reinforce.Form,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such loss"),
    };
}
