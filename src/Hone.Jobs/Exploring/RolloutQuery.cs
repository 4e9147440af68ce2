using Hone.Training;

namespace Hone.Jobs.Exploring;

/// <summary>The order in which rollouts are looked at. Equal ones come in the order in which they were recorded.</summary>
public enum RolloutOrder
{
    /// <summary>Those of the last step first.</summary>
    Newest,
    Oldest,
    HighestReward,

    /// <summary>Those without a score come before all others.</summary>
    LowestReward,
    Longest,
    Shortest,
}

/// <summary>Which rollouts of a run. Null: any. Bounds are included.</summary>
public sealed record RolloutQuery
{
    /// <summary>Stands in the completion, in the grader's reason or in the prompt; ASCII letters in either case.</summary>
    public string? Text { get; init; }

    /// <summary><see cref="RecordedRollout.Training"/>, <see cref="RecordedRollout.Replaced"/> or an evaluation's name.</summary>
    public string? Phase { get; init; }
    public int? FromStep { get; init; }
    public int? ToStep { get; init; }

    /// <summary>A prompt's id.</summary>
    public string? Prompt { get; init; }

    /// <summary>Bounds of the reward; of the score where nothing was trained on. They leave out what has neither.</summary>
    public double? LeastReward { get; init; }
    public double? MostReward { get; init; }
    public int? LeastTokens { get; init; }
    public int? MostTokens { get; init; }

    /// <summary>Only those that could not be graded, or only the others.</summary>
    public bool? Faulty { get; init; }
    public StopReason? Stop { get; init; }
    public RolloutOrder Order { get; init; }

    /// <summary>The place that the page begins behind: of the same query.</summary>
    public RolloutPlace? After { get; init; }
    public int Limit { get; init; } = 50;
}

/// <summary>A place in an order: what is ordered by, and the rollout's id.</summary>
public readonly record struct RolloutPlace(double Value, long Id);

/// <summary>A rollout with the number that run.db knows it by; it holds as long as the step is not done again.</summary>
public sealed record FoundRollout(long Id, RecordedRollout Recorded);

/// <param name="Items">In the query's order.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
/// <param name="Total">Rollouts that the query fits, on all pages; null behind the first page.</param>
public sealed record RolloutPage(IReadOnlyList<FoundRollout> Items, RolloutPlace? Next, int? Total);

/// <summary>How often each reward was given in a step. Counts: bins of equal width from the histogram's least to its most.</summary>
public sealed record StepRewards(int Step, IReadOnlyList<int> Counts);

/// <summary>The distribution of rewards over the steps of a run; the last bin includes <see cref="Most"/>.</summary>
public sealed record RewardHistogram(double Least, double Most, IReadOnlyList<StepRewards> Steps);
