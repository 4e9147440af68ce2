namespace Hone.Training.Monitoring;

/// <summary>What one step looked like to someone who wonders whether its reward means anything.</summary>
/// <param name="Step">Updates made when it was sampled.</param>
/// <param name="Reward">Mean of what trains.</param>
/// <param name="RewardError">Standard error of <paramref name="Reward"/>.</param>
/// <param name="Truth">Mean of what is wanted but never trains: a shadow grader's score. Null where it was not measured.</param>
/// <param name="TruthError">Standard error of <paramref name="Truth"/>.</param>
/// <param name="Length">Tokens of a completion.</param>
/// <param name="Repetition">Share of a completion's text that repeats what stood there before.</param>
/// <param name="Entropy">Nats per token.</param>
/// <param name="Components">Mean of each part of the reward.</param>
public sealed record MonitorPoint(
    int Step, double Reward, double RewardError, double? Truth, double TruthError, double Length, double Repetition, double Entropy,
    IReadOnlyDictionary<string, double> Components);
