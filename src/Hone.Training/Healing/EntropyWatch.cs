namespace Hone.Training.Healing;

/// <summary>
/// Watches for a collapse: entropy below its floor for three steps while the mean reward is lower than it was by a tenth of the spread
/// of all rewards so far.
/// </summary>
/// <remarks>A model that is sure and right has little entropy too: without a fall of the reward there is nothing to heal.</remarks>
/// <param name="Start">Entropy of the first step; NaN before it.</param>
/// <param name="BestReward">Highest mean reward of a step.</param>
/// <param name="Highest">Highest reward of a completion.</param>
/// <param name="Lowest">Lowest reward of a completion.</param>
/// <param name="StepsBelow">Steps in a row that looked collapsed.</param>
public sealed record EntropyWatch(double Start, double BestReward, double Highest, double Lowest, int StepsBelow)
{
    const int Patience = 3;
    const double Fall = 0.1;

    public static EntropyWatch New { get; } = new(double.NaN, double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity, 0);

    /// <summary>What is known after a step.</summary>
    public EntropyWatch After(StepMetrics step, double floor)
    {
        if (!double.IsFinite(step.RewardMean))
        {
            return this;
        }

        var seen = this with
        {
            Start = double.IsNaN(Start) ? step.Entropy : Start,
            BestReward = Math.Max(BestReward, step.RewardMean),
            Highest = Math.Max(Highest, step.RewardMax),
            Lowest = Math.Min(Lowest, step.RewardMin),
        };
        bool isBelow = step.Entropy < floor * seen.Start && step.RewardMean < seen.BestReward - Fall * (seen.Highest - seen.Lowest);
        return seen with { StepsBelow = isBelow ? StepsBelow + 1 : 0 };
    }

    /// <exception cref="CollapseException">The entropy has collapsed.</exception>
    public void Check(StepMetrics step)
    {
        if (StepsBelow >= Patience)
        {
            throw new CollapseException(
                $"The entropy collapsed: {step.Entropy:G3} nats in step {step.Step}, {Start:G3} at the start, while the mean reward fell from "
                + $"{BestReward:G3} to {step.RewardMean:G3}.");
        }
    }
}
