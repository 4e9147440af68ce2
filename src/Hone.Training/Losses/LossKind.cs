namespace Hone.Training.Losses;

/// <summary>The losses. Each has its formula, its source and when to use it in a file of <see cref="Terms"/>.</summary>
public enum LossKind
{
    /// <summary><see cref="Terms.ClippedRatio"/>: PPO, GRPO, DAPO, Dr. GRPO.</summary>
    Clipped,

    /// <summary><see cref="Terms.Gspo"/>, one ratio for each completion.</summary>
    Gspo,

    /// <summary><see cref="Terms.Gspo"/>, the completion's ratio with each token's own gradient.</summary>
    GspoToken,

    /// <summary><see cref="Terms.Luspo"/>.</summary>
    Luspo,

    /// <summary><see cref="Terms.Cispo"/>.</summary>
    Cispo,

    /// <summary><see cref="Terms.Sapo"/>.</summary>
    Sapo,

    /// <summary><see cref="Terms.Vespo"/>.</summary>
    Vespo,

    /// <summary><see cref="Terms.Gmpo"/>.</summary>
    Gmpo,

    /// <summary><see cref="Terms.Rloo"/>.</summary>
    Rloo,

    /// <summary><see cref="Terms.Reinforce"/>.</summary>
    Reinforce,
}
