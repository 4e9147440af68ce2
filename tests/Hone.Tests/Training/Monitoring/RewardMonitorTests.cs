using Hone.Training.Monitoring;

namespace Hone.Tests.Training.Monitoring;

public class RewardMonitorTests
{
    [Fact]
    public void A_reward_that_stays_up_while_the_truth_falls_raises_an_alarm()
    {
        // A sloppy grader teaches well at first, then is exploited.
        string[] alarms = Alarms(60, t => t < 20 ? 0.25 + (0.027 * t) : 0.88, t => t < 20 ? 0.15 + (0.039 * t) : Math.Max(0, 0.93 - (0.024 * (t - 20))));

        Assert.NotEmpty(alarms);
        Assert.Contains("while the shadow metric fell from 0.8", alarms[0]);
        Assert.Contains("The policy may be exploiting the grader", alarms[0]);
    }

    [Fact]
    public void An_exploit_that_pays_a_little_less_than_the_work_it_replaces_raises_an_alarm() =>
        Assert.Contains("while the shadow metric fell", Alarms(90, t => Learnt(t, 0.15, 0.75, 0.63), t => Learnt(t, 0.13, 0.62, 0.2))[0]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_policy_that_collapses_raises_none(int seed) =>
        Assert.Empty(Alarms(90, t => Learnt(t, 0.15, 0.8, 0.4), t => Learnt(t, 0.13, 0.76, 0.3), seed));

    [Fact]
    public void A_reward_that_rises_alone_raises_an_alarm()
    {
        string[] alarms = Alarms(40, t => 0.3 + (0.01 * t), t => 0.3);

        Assert.Contains("but the shadow metric only went from 0.3", alarms[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Healthy_runs_raise_none(int seed)
    {
        Assert.Empty(Alarms(200, t => 0.35 + (0.5 * (1 - Math.Exp(-t / 40.0))), t => 0.33 + (0.5 * (1 - Math.Exp(-t / 40.0))), seed));
        Assert.Empty(Alarms(200, _ => 0.4, _ => 0.4, seed));
        Assert.Empty(Alarms(200, _ => 0.5, t => Math.Max(0, 0.4 - (0.004 * t)), seed));
        Assert.Empty(Alarms(200, t => Math.Max(0, 0.8 - (0.004 * t)), t => Math.Max(0, 0.8 - (0.005 * t)), seed));
    }

    [Fact]
    public void Drifting_length_alone_raises_none()
    {
        var monitor = new RewardMonitor(RewardMonitor.StepWidth, "shadow metric");
        var random = new Random(4);

        Assert.All(Enumerable.Range(0, 100), t => Assert.Null(monitor.Add(Point(t, 0.5, 0.5, random, length: 10 + (5 * t)))));
    }

    [Fact]
    public void Steps_without_truth_say_nothing()
    {
        var monitor = new RewardMonitor(RewardMonitor.StepWidth, "shadow metric");

        Assert.All(Enumerable.Range(0, 100), t => Assert.Null(monitor.Add(Point(t, 0.01 * t, 0, new(1), 10) with { Truth = null })));
    }

    // Rises for 40 steps, falls for 20.
    static double Learnt(int step, double first, double best, double last) =>
        step < 40 ? first + ((best - first) * step / 40) : Math.Max(last, best - ((best - last) * (step - 40) / 20));

    static string[] Alarms(int steps, Func<int, double> reward, Func<int, double> truth, int seed = 1)
    {
        var monitor = new RewardMonitor(RewardMonitor.StepWidth, "shadow metric");
        var random = new Random(seed);
        return [.. Enumerable.Range(0, steps).Select(t => monitor.Add(Point(t, reward(t), truth(t), random, 7 + t))).OfType<string>()];
    }

    // 128 completions of 0 or 1.
    static MonitorPoint Point(int step, double reward, double truth, Random random, double length)
    {
        var (seen, error) = Drawn(reward, random);
        var (shadow, shadowError) = Drawn(truth, random);
        return new(step, seen, error, shadow, shadowError, length, 0, 1, new Dictionary<string, double>());
    }

    static (double Mean, double Error) Drawn(double chance, Random random)
    {
        double mean = Enumerable.Range(0, 128).Count(_ => random.NextDouble() < chance) / 128.0;
        return (mean, Math.Sqrt(mean * (1 - mean) / 128));
    }
}
