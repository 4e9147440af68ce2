namespace Hone.Training.Healing;

/// <summary>Watches for a policy that training has broken. Two signs, each three steps in a row at least:</summary>
/// <remarks>
/// <para>Collapse: entropy below its floor while the mean reward is lower than it was by a tenth of the spread of all rewards so far. A model
/// that is sure and right has little entropy too: without a fall of the reward there is nothing to heal.</para>
/// <para>Ruin: every reward is the lowest there is, in so many groups in a row that twelve good completions were to be expected of a
/// single one each. No gradient leads out of that.</para>
/// </remarks>
/// <param name="Start">Entropy of the first step; NaN before it.</param>
/// <param name="BestReward">Highest mean reward of a step.</param>
/// <param name="Highest">Highest reward of a completion.</param>
/// <param name="Lowest">Lowest reward of a completion.</param>
/// <param name="Alive">Steps that were not all at the lowest reward, and the sum of their mean rewards.</param>
/// <param name="StepsBelow">Steps in a row that looked collapsed.</param>
/// <param name="Dead">Steps in a row in which every reward was the lowest, and their groups.</param>
public sealed record PolicyWatch(
    double Start, double BestReward, double Highest, double Lowest, PolicyWatch.Tally Alive, int StepsBelow, PolicyWatch.Tally Dead)
{
    const int Patience = 3;
    const double Fall = 0.1, Expected = 12;

    /// <summary>A number of steps and a sum over them.</summary>
    public readonly record struct Tally(int Steps, double Sum)
    {
        public Tally And(double value) => new(Steps + 1, Sum + value);
    }

    public static PolicyWatch New { get; } =
        new(double.NaN, double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity, default, 0, default);

    /// <summary>What is known after a step.</summary>
    /// <param name="groups">Groups that it trained on.</param>
    /// <param name="floor">Share of the first step's entropy below which there is none.</param>
    public PolicyWatch After(StepMetrics step, int groups, double floor)
    {
        if (!double.IsFinite(step.RewardMean))
        {
            return this;
        }

        double lowest = Math.Min(Lowest, step.RewardMin), highest = Math.Max(Highest, step.RewardMax);
        double start = double.IsNaN(Start) ? step.Entropy : Start, best = Math.Max(BestReward, step.RewardMean);
        bool isBelow = step.Entropy < floor * start && step.RewardMean < best - Fall * (highest - lowest);
        bool isDead = step.RewardMax <= lowest && highest > lowest;
        return new(
            start, best, highest, lowest, isDead ? Alive : Alive.And(step.RewardMean), isBelow ? StepsBelow + 1 : 0,
            isDead ? Dead.And(groups) : default);
    }

    /// <exception cref="CollapseException">The policy is broken.</exception>
    public void Check(StepMetrics step)
    {
        if (StepsBelow >= Patience)
        {
            throw new CollapseException(
                $"The entropy collapsed: {step.Entropy:G3} nats in step {step.Step}, {Start:G3} at the start, while the mean reward fell from "
                + $"{BestReward:G3} to {step.RewardMean:G3}.");
        }

        // The share of good completions while there were any, had each been worth everything or nothing.
        double share = (Alive.Sum / Math.Max(1, Alive.Steps) - Lowest) / (Highest - Lowest);
        if (Dead.Steps >= Patience && Dead.Sum * share >= Expected)
        {
            throw new CollapseException(
                $"The model was ruined: for {Dead.Steps} steps up to step {step.Step} every completion got the lowest reward, {Lowest:G3}, after a "
                + $"mean of {Alive.Sum / Alive.Steps:G3} before; the entropy went from {Start:G3} to {step.Entropy:G3} nats.");
        }
    }
}
