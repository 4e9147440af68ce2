namespace Hone.Training.Losses;

/// <summary>An entropy bonus that follows a target: its weight grows by a step while the policy's entropy is below, and shrinks while it is above.</summary>
/// <remarks>
/// <para>c ← clamp(c + step·sign(target − H), 0, max); the bonus of a step is c where H ≤ target and 0 above it. H: mean over the step's tokens.</para>
/// <para>Skywork-OR1 (2505.22312; target 0.2). Use it when entropy collapses: a fixed weight is too little late or too much early.</para>
/// </remarks>
public sealed record EntropyControlSettings
{
    /// <summary>Nats per token.</summary>
    public required double Target { get; init; }

    public double Step { get; init; } = 0.001;

    public double MaxCoefficient { get; init; } = 0.05;

    public IEnumerable<string> Problems(double start)
    {
        foreach (string problem in SettingsRange.Between("target", Target, 0, 100, openLow: true)
            .Concat(SettingsRange.Between("step", Step, 0, 1, openLow: true))
            .Concat(SettingsRange.Between("maxCoefficient", MaxCoefficient, 0, 1, openLow: true)))
        {
            yield return problem;
        }

        if (start > MaxCoefficient)
        {
            yield return $"maxCoefficient is {MaxCoefficient}, but entropyCoefficient begins at {start}; raise the one or lower the other.";
        }
    }

    /// <summary>The bonus's weight at a step with this entropy.</summary>
    internal double Applied(double coefficient, double entropy) => entropy <= Target ? coefficient : 0;

    /// <summary>The coefficient after a step with this entropy.</summary>
    internal double Next(double coefficient, double entropy) =>
        Math.Clamp(coefficient + Step * Math.Sign(Target - entropy), 0, MaxCoefficient);
}
