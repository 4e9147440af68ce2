namespace Hone.Training;

/// <summary>The rollouts of a step with their advantages.</summary>
public static class RolloutAdvantages
{
    /// <param name="rollouts">Of whole groups, G after G, with rewards.</param>
    public static Rollout[] Of(TrainingSettings settings, IReadOnlyList<Rollout> rollouts)
    {
        double?[] rewards = [.. rollouts.Select(rollout => rollout.Reward)];
        double[] advantages = new double[rewards.Length];
        Advantages.Compute(settings.Advantages, rewards, settings.TrainingSamplePerPrompt, advantages);
        return [.. rollouts.Select((rollout, i) => rollout with { Advantage = advantages[i] })];
    }
}
