using Hone.Training.Monitoring;

namespace Hone.Jobs.Diagnosis;

/// <summary>What a person should know about a run beside its verdict: whether its reward was exploited, and why it stayed flat.</summary>
public static class RunFindings
{
    /// <summary>Sentences, empty for a healthy run.</summary>
    public static IReadOnlyList<string> Of(RunReader run)
    {
        string[] alarms = [.. run.Events().Where(one => one.Kind == WatchedRecord.Kind).Select(one => one.Message)];
        // A coin flip has no reason to rise, and records that are imitated have no reward.
        var causes = run.Settings.Control || run.Settings.Method == TrainingMethod.Supervised ? [] : FlatReward.Causes(run.Metrics(), run.Settings.HyperParameters);
        return
        [
            .. alarms.Take(1).Select(alarm => $"Warning: {alarm}{(alarms.Length > 1 ? $" The run warned {alarms.Length} times; hone show {run.Path} lists them." : "")}"),
            .. causes.Select((cause, i) => i == 0 ? $"Why the reward is flat: {cause}" : $"And: {cause}"),
        ];
    }
}
