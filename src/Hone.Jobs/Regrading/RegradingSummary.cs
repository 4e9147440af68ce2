using Hone.Grading;
using Hone.Training.Statistics;

namespace Hone.Jobs.Regrading;

/// <summary>What another reward changes about a run's groups.</summary>
/// <remarks>A completion without a score under either reward is left out of what compares the two.</remarks>
public sealed class RegradingSummary(int groupSize)
{
    const int MostMovers = 10;

    readonly List<(int Step, double Old, double New)> _steps = [];
    readonly SortedDictionary<string, int> _faults = new(StringComparer.Ordinal);
    readonly List<double> _spearman = [], _kendall = [];
    readonly List<double> _old = [], _new = [], _moves = [];
    int _flips;
    int _bestChanged, _withBest;

    public int Completions { get; private set; }
    public int Groups { get; private set; }

    /// <summary>Mean reward of each step.</summary>
    public IReadOnlyList<(int Step, double Old, double New)> StepRewards => _steps;

    /// <summary>Mean reward of all completions that both rewards score.</summary>
    public double OldReward => Moments.Of([.. _old]).Mean;
    public double NewReward => Moments.Of([.. _new]).Mean;

    /// <summary>Groups with different rewards: they carry the gradient.</summary>
    public int OldInformative { get; private set; }
    public int NewInformative { get; private set; }

    /// <summary>Share of the groups with different rewards under either in which no completion is best under both; NaN without such a group.</summary>
    public double BestChanges => _withBest == 0 ? double.NaN : (double)_bestChanged / _withBest;

    /// <summary>Mean over the groups with different rewards under both; NaN without one.</summary>
    public double Spearman => Moments.Of([.. _spearman]).Mean;
    public double Kendall => Moments.Of([.. _kendall]).Mean;

    /// <summary>Groups with different rewards under both.</summary>
    public int Ranked => _spearman.Count;

    /// <summary>Mean of |new − old advantage|.</summary>
    public double MeanMove => Moments.Of([.. _moves]).Mean;

    /// <summary>Share of the completions whose advantage changes its sign: what was encouraged is discouraged, or the reverse.</summary>
    public double SignChanges => (double)_flips / Math.Max(1, Completions);

    /// <summary>Completions that the new grader failed on, by where it went wrong.</summary>
    public IReadOnlyDictionary<string, int> Faults => _faults;

    /// <summary>Completions whose advantage changes most, the largest change first.</summary>
    public IReadOnlyList<RegradedRollout> Movers { get; private set; } = [];

    public void Add(IReadOnlyList<RegradedRollout> step)
    {
        foreach (var group in step.Chunk(groupSize))
        {
            AddGroup(group);
        }

        _steps.Add((step[0].Step, Mean(step.Select(one => one.Old.Reward)), Mean(step.Select(one => one.New.Reward))));
        Completions += step.Count;
        _flips += step.Count(one => one.Old.Advantage * one.New.Advantage < 0);
        _moves.AddRange(step.Select(one => Math.Abs(one.Move)));
        foreach (var fault in step.Select(one => one.New.Grade.Fault).OfType<Fault>())
        {
            _faults[fault.Boundary] = _faults.GetValueOrDefault(fault.Boundary) + 1;
        }

        Movers = [.. Movers.Concat(step.Where(one => one.Move != 0)).OrderByDescending(one => Math.Abs(one.Move)).Take(MostMovers)];
    }

    void AddGroup(RegradedRollout[] group)
    {
        Groups++;
        var both = group.Where(one => one.Old.Reward is not null && one.New.Reward is not null).ToArray();
        double[] old = [.. both.Select(one => one.Old.Reward!.Value)], now = [.. both.Select(one => one.New.Reward!.Value)];
        _old.AddRange(old);
        _new.AddRange(now);
        bool oldDiffers = old.Distinct().Count() > 1, newDiffers = now.Distinct().Count() > 1;
        OldInformative += oldDiffers ? 1 : 0;
        NewInformative += newDiffers ? 1 : 0;
        if (oldDiffers || newDiffers)
        {
            _withBest++;
            _bestChanged += old.Zip(now).Any(pair => pair.First == old.Max() && pair.Second == now.Max()) ? 0 : 1;
        }

        if (oldDiffers && newDiffers)
        {
            _spearman.Add(RankCorrelation.Spearman(old, now));
            _kendall.Add(RankCorrelation.KendallTauB(old, now));
        }
    }

    static double Mean(IEnumerable<double?> rewards) => Moments.Of([.. rewards.OfType<double>()]).Mean;
}
