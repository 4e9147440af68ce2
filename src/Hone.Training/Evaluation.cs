namespace Hone.Training;

/// <summary>A model's answers to a set of prompts and what they were worth.</summary>
/// <param name="Name">"validation", "base", "tuned", or a baseline's name.</param>
/// <param name="Step">Updates made before this evaluation.</param>
/// <param name="Rollouts">k completions for each prompt, prompt after prompt.</param>
/// <param name="Seconds">Wall-clock time of sampling and grading.</param>
public sealed record Evaluation(string Name, int Step, IReadOnlyList<Rollout> Rollouts, double Seconds)
{
    /// <summary>Mean loss per trained token, of supervised training, which has no rollouts; else null.</summary>
    public double? Loss { get; init; }

    /// <summary>Mean score over the completions that were graded; NaN without any.</summary>
    public double RewardMean => Rollouts.Where(r => r.Grade.Score is not null).Select(r => r.Grade.Score!.Value).DefaultIfEmpty(double.NaN).Average();

    public double LengthMean => Rollouts.Select(r => (double)r.Tokens.Length).DefaultIfEmpty(0).Average();

    public double Entropy => Rollouts.Select(r => r.Entropy).DefaultIfEmpty(0).Average();

    public int Faults => Rollouts.Count(r => r.Grade.Score is null);
}
