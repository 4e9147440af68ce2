namespace Hone.Training.Losses;

/// <summary>Which bound of the ratio held a token back from its advantage.</summary>
public enum Clip
{
    None,
    Low,
    High,
}

/// <summary>One token as a loss sees it.</summary>
/// <param name="LogProbability">ℓ.</param>
/// <param name="LogRatio">ℓ − ℓ_old.</param>
/// <param name="Ratio">w: ρ of the token, or what the loss makes of its completion.</param>
/// <param name="Advantage">A.</param>
readonly record struct PolicyToken(double LogProbability, double LogRatio, double Ratio, double Advantage);

/// <summary>The policy term of one token, to be minimised, and its derivatives.</summary>
/// <param name="Value">The term itself.</param>
/// <param name="RatioSlope">∂value/∂w.</param>
/// <param name="LogProbabilitySlope">∂value/∂ℓ on the way that does not pass through w.</param>
/// <param name="Clip">Whether a bound was active against the advantage.</param>
readonly record struct PolicyTermValue(double Value, double RatioSlope, double LogProbabilitySlope, Clip Clip);

/// <summary>A loss, token by token: value and derivatives side by side.</summary>
delegate PolicyTermValue PolicyTerm(PolicyLossSettings settings, PolicyToken token);

/// <summary>w of a completion.</summary>
delegate CompletionRatio RatioOf(PolicyLossSettings settings, PolicyCompletion completion);

/// <summary>Whether a token that trains moves w of its completion.</summary>
delegate bool MovesRatio(PolicyLossSettings settings, PolicyCompletion completion, int t);
