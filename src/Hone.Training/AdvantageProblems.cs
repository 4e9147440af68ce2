using Hone.Training.Rewards;

namespace Hone.Training;

/// <summary>What in the settings of advantages is out of range, contradicts itself or would have no effect.</summary>
static class AdvantageProblems
{
    public static IEnumerable<string> Of(AdvantageSettings s) =>
        Combinations(s)
            .Concat(SettingsRange.Between("klInReward", s.KlInReward, 0, float.MaxValue))
            .Concat(Within("rewardClip", s.RewardClip?.Problems()))
            .Concat(Within("standardize", s.Standardize?.Problems()))
            .Concat(Within("overlong", s.Overlong?.Problems()))
            .Concat(s.Rewards.Count > 0 ? Parts(s) : []);

    static IEnumerable<string> Combinations(AdvantageSettings s)
    {
        bool divides = s.Scale is not (null or AdvantageScale.None);
        if (divides && s.Whiten != Whitening.None)
        {
            yield return "scale and whiten both divide the advantages; leave scale out, or take whiten none.";
        }

        if (divides && s.Standardize is not null)
        {
            yield return "scale and standardize both divide the rewards; leave one of them out.";
        }

        if (s.Scale == AdvantageScale.Mean && s.Baseline != AdvantageBaseline.GroupMean)
        {
            yield return "scale mean is the group's mean, and so needs to be the baseline; leave baseline out.";
        }

        if (s.Baseline == AdvantageBaseline.None && s.Whiten == Whitening.None)
        {
            yield return "baseline none compares a reward with nothing, unless the step is whitened; take whiten tokens (REINFORCE++) or another baseline.";
        }
    }

    // GDPO is an estimator of its own.
    static IEnumerable<string> Parts(AdvantageSettings s)
    {
        (string Key, bool Given)[] others =
        [
            ("baseline", s.Baseline != AdvantageBaseline.GroupMean),
            ("scale", s.Scale is not null),
            ("whiten", s.Whiten != Whitening.None),
            ("klInReward", s.KlInReward != 0),
            ("rewardClip", s.RewardClip is not null),
            ("standardize", s.Standardize is not null),
        ];
        foreach (var (key, _) in others.Where(other => other.Given))
        {
            yield return $"{key} is given beside rewards, which are normalised within the group one by one, summed and normalised over the step; leave {key} out.";
        }

        foreach (string twice in s.Rewards.GroupBy(part => part.Name, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key))
        {
            yield return $"rewards names '{twice}' more than once; give it one weight.";
        }

        if (s.Rewards.All(part => part.Weight == 0))
        {
            yield return "rewards has no weight other than 0, so that nothing would be learnt; give one of them a weight.";
        }

        foreach (var part in s.Rewards.Where(part => !double.IsFinite(part.Weight)))
        {
            yield return $"rewards: the weight of '{part.Name}' is {part.Weight}, but needs to be a number.";
        }
    }

    static IEnumerable<string> Within(string key, IEnumerable<string>? problems) => problems?.Select(problem => $"{key}.{problem}") ?? [];
}
