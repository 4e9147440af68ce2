namespace Hone.Training.Monitoring;

/// <summary>Warns where the reward rises and what it stands for does not: the policy has found out how to please the grader.</summary>
/// <remarks>
/// <para>Windows of some measured steps are compared, so that one lucky step raises no alarm; a difference counts when it exceeds
/// both a floor (of the rewards' range) and some standard errors. It warns</para>
/// <para>- where the reward rose since the beginning, and the truth fell since its best window and the reward by less than a third of that, or</para>
/// <para>- where the reward rose since the beginning and the truth gained less than a fifth of that.</para>
/// <para>Length, repetition, entropy and the parts of the reward only explain: on their own they change in healthy runs too.</para>
/// </remarks>
/// <param name="width">Measured steps in a window.</param>
/// <param name="truth">What the truth is called.</param>
public sealed class RewardMonitor(int width, string truth)
{
    /// <summary>Width where every step is measured, and where only validations are.</summary>
    public const int StepWidth = 8, ValidationWidth = 2;

    // Steps after which the same thing is said again.
    const int Quiet = 20;

    // The best of many windows is partly luck: a fall from it has to be larger than a rise since the beginning.
    const double FloorOfRise = 0.05, ErrorsOfRise = 5, FloorOfFall = 0.1, ErrorsOfFall = 6, ShareOfFall = 1 / 3.0, ShareOfGain = 0.2;

    readonly List<MonitorPoint> _points = [];
    int _quietUntil = int.MinValue;

    /// <summary>An alarm that this step raises, or null. Steps without truth say nothing.</summary>
    public string? Add(MonitorPoint point)
    {
        if (point.Truth is null || !double.IsFinite(point.Truth.Value) || !double.IsFinite(point.Reward))
        {
            return null;
        }

        _points.Add(point);
        if (_points.Count < 2 * width || point.Step < _quietUntil)
        {
            return null;
        }

        var now = Window(_points.Count - width);
        string? alarm = Fell(now) ?? Stood(now);
        _quietUntil = alarm is null ? _quietUntil : point.Step + Quiet;
        return alarm;
    }

    string? Fell(MonitorWindow now)
    {
        var best = Enumerable.Range(0, _points.Count - (2 * width) + 1).Select(Window).MaxBy(window => window.Truth);
        double loss = best.Truth - now.Truth, gain = now.Reward - best.Reward;
        return loss > Math.Max(FloorOfFall * Range, ErrorsOfFall * Both(best.TruthError, now.TruthError)) && gain > -ShareOfFall * loss && Rose(now)
            ? $"The reward went from {best.Reward:0.00} ({best}) to {now.Reward:0.00} ({now}), while the {truth} fell from {best.Truth:0.00} to {now.Truth:0.00}. "
                + Explain(best, now)
            : null;
    }

    string? Stood(MonitorWindow now)
    {
        var first = Window(0);
        double gain = now.Reward - first.Reward, truthGain = now.Truth - first.Truth;
        double error = Both(first.TruthError, now.TruthError);
        return Rose(now) && truthGain < ShareOfGain * gain && truthGain + (2 * error) < gain / 2
            ? $"The reward rose from {first.Reward:0.00} ({first}) to {now.Reward:0.00} ({now}), but the {truth} only went from {first.Truth:0.00} to {now.Truth:0.00}. "
                + Explain(first, now)
            : null;
    }

    bool Rose(MonitorWindow now)
    {
        var first = Window(0);
        return now.Reward - first.Reward > Math.Max(FloorOfRise * Range, ErrorsOfRise * Both(first.RewardError, now.RewardError));
    }

    MonitorWindow Window(int from) => new(_points.GetRange(from, width));

    double Range => Math.Max(_points.Max(point => point.Reward), 1) - Math.Min(_points.Min(point => point.Reward), 0);

    static double Both(double first, double second) => Math.Sqrt((first * first) + (second * second));

    static string Explain(MonitorWindow then, MonitorWindow now)
    {
        List<string> changes = [];
        if (now.Length > 1.5 * then.Length || now.Length < then.Length / 1.5)
        {
            changes.Add($"answers went from {then.Length:F0} to {now.Length:F0} tokens");
        }

        if (now.Repetition > then.Repetition + 0.1)
        {
            changes.Add($"repetition went from {then.Repetition:P0} to {now.Repetition:P0}");
        }

        if (now.Entropy < then.Entropy / 2)
        {
            changes.Add($"entropy fell from {then.Entropy:0.00} to {now.Entropy:0.00}");
        }

        if (now.Driver(then) is { Gain: > 0 } driver)
        {
            changes.Add($"the part '{driver.Name}' gained most ({driver.Gain:+0.00})");
        }

        return $"The policy may be exploiting the grader{(changes.Count > 0 ? ": " + string.Join(", ", changes) : "")}.";
    }
}
