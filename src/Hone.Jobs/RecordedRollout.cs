using Hone.Training;

namespace Hone.Jobs;

/// <summary>A rollout as run.db keeps it.</summary>
/// <remarks>
/// Phase is <see cref="Training"/>, <see cref="Replaced"/>, or the name of the evaluation that asked. Step is the step that drew it; for an
/// evaluation, the updates made before it.
/// </remarks>
public sealed record RecordedRollout(string Phase, int Step, Rollout Rollout)
{
    public const string Training = "training";

    /// <summary>Drawn for a step, but of a group with equal rewards in whose place the step trained on another.</summary>
    public const string Replaced = "replaced";
}

/// <summary>A prompt as run.db keeps it. Set is "training", "validation" or "test"; ids are unique within a set.</summary>
public sealed record RecordedPrompt(string Set, string Id, string Text, string? Reference);

/// <summary>What happened, for people.</summary>
public sealed record RecordedEvent(DateTimeOffset At, int Step, string Kind, string Message);

/// <summary>An evaluation without its rollouts. RewardMean is NaN when no completion was graded.</summary>
public sealed record EvaluationSummary(
    string Name, int Step, DateTimeOffset At, double Seconds, int Completions, int Faults, double RewardMean, double LengthMean, double Entropy)
{
    /// <summary>Mean loss per trained token on held-out records, of supervised training; else null.</summary>
    public double? Loss { get; init; }
}
