namespace Hone.Grading.Rules;

/// <summary>Score 0 or 1 by a fair coin that is a function of (seed, item id): the reward of a control run.</summary>
/// <remarks>A watched grader's score is kept as the metric <c>watched</c> and does not touch the reward; where it has a
/// fault the metric is absent. Ids must differ between steps, or the same coin comes up again.</remarks>
public sealed class CoinFlipGrader(ulong seed, IGrader? watched = null) : IGrader
{
    readonly GuardedGrader? _watched = watched is null ? null : new(watched, "watched", Timeout.InfiniteTimeSpan);

    public async Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        var seen = _watched is null ? null : await _watched.Grade(items, stop).ConfigureAwait(false);
        return [.. items.Select((item, i) => item.Scored(Flip(seed, item.Id), "A coin was flipped.", Watched(seen?[i].Score)))];
    }

    static IReadOnlyList<Metric> Watched(double? score) =>
        score is { } value ? [new("watched", value, MetricType.Metric)] : [];

    /// <summary>0 or 1: a function of (seed, id) alone.</summary>
    // FNV-1a over the id, then a finish that lets every bit depend on all.
    public static double Flip(ulong seed, string id)
    {
        ulong hash = 0xCBF29CE484222325 ^ seed;
        foreach (char c in id)
        {
            hash = (hash ^ c) * 0x100000001B3;
        }

        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return (hash >> 40) & 1;
    }
}
