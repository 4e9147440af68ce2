namespace Hone.Training.Losses;

/// <summary>M·E·R of each token of a completion: what the policy term is multiplied by. None of them takes part in the gradient.</summary>
/// <remarks>
/// M is 0 for a token with a negative advantage whose completion the policy has left (the off-policy mask of DeepSeek-V3.2, 2512.02556).
/// E is 1 for a token whose entropy reaches the step's threshold (80/20, 2506.01939), else 0. R is <see cref="SamplerTrust"/>.
/// </remarks>
readonly ref struct TokenFactors
{
    readonly PolicyCompletion _completion;
    readonly SamplerTrust _trust;
    readonly bool _left, _selects, _trusts;

    public TokenFactors(PolicyLossSettings settings, PolicyCompletion completion)
    {
        _completion = completion;
        _left = settings.OffPolicyMaskThreshold is { } threshold && completion.Drift() > threshold;
        // A loss of whole completions selects tokens inside its ratio; VESPO has R inside its weight.
        _selects = !settings.Form.OfCompletions;
        _trusts = settings.SamplerCorrection is not null && settings.Kind != LossKind.Vespo;
        _trust = new SamplerTrust(settings.SamplerCorrection, completion);
    }

    public double Of(int t) =>
        (_left && _completion.Advantage(t) < 0) || (_selects && !_completion.ReachesEntropy(t)) ? 0
        : _trusts ? _trust.Of(t)
        : 1;
}
