namespace Hone.Training.Losses;

/// <summary>Which bound of the ratio held a token back from its advantage.</summary>
public enum Clip
{
    None,
    Low,
    High,
}

/// <summary>The policy term of one token, to be minimised, and its derivatives.</summary>
/// <param name="Value">The term itself.</param>
/// <param name="RatioSlope">∂value/∂ratio.</param>
/// <param name="LogProbabilitySlope">∂value/∂ℓ on the way that does not pass through the ratio.</param>
/// <param name="Clip">Whether a bound was active against the advantage.</param>
public readonly record struct PolicyTermValue(double Value, double RatioSlope, double LogProbabilitySlope, Clip Clip);

/// <summary>
/// A loss of the group-relative family, token by token. A loss is one file with one function of this form; ratio, KL, entropy mask,
/// denominators and metrics are the same for all and stand in <see cref="PolicyLoss"/>.
/// </summary>
/// <param name="settings">The bounds that the loss reads.</param>
/// <param name="logProbability">ℓ of the token.</param>
/// <param name="ratio">ρ of the token, or s of its completion, as <see cref="ImportanceLevel"/> says.</param>
/// <param name="advantage">A of the token.</param>
public delegate PolicyTermValue PolicyTerm(
    PolicyLossSettings settings, double logProbability, double ratio, double advantage);
