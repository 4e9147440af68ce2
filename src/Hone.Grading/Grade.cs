namespace Hone.Grading;

/// <summary>What a grader found out about one item: a score or a fault, never both.</summary>
/// <remarks>Made by <see cref="GradingItem.Scored"/> and <see cref="GradingItem.Failed"/>. The reason is a sentence
/// that a person reads beside the score.</remarks>
public sealed record Grade(string Id, double? Score, Fault? Fault, string Reason, IReadOnlyList<Metric> Metrics);

/// <summary>Why there is no score: where it went wrong (a grader's name, "deadline", "reference") and how.</summary>
public sealed record Fault(string Boundary, string Message)
{
    public override string ToString() => $"{Boundary}: {Message}";
}

/// <summary>A named number beside the score.</summary>
public readonly record struct Metric(string Name, double Value, MetricType Type);

/// <summary>Whether a number is part of the score or only watched.</summary>
public enum MetricType
{
    Reward,
    Metric,
}
