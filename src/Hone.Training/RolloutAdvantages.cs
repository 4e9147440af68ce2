using Hone.Grading;
using Hone.Training.Rewards;

namespace Hone.Training;

/// <summary>The rollouts of a step with their advantages.</summary>
public static class RolloutAdvantages
{
    const string Score = "score";

    /// <param name="rollouts">Of whole groups, G after G, with the rewards that the grades or a control run's coin gave.</param>
    /// <param name="control">Only those rewards may train: what else the grades hold is left alone.</param>
    /// <param name="drift">ℓ_old − ℓ_ref of every token; asked for when the reward has a KL. Null: that KL is left out, as where no model is at hand.</param>
    /// <returns>With the rewards that train, the punishment of overlong completions included.</returns>
    /// <exception cref="GradingFaultException">A reward that the settings name is in none of the grades.</exception>
    public static Rollout[] Of(
        TrainingSettings settings, IReadOnlyList<Rollout> rollouts, bool control = false, Func<double[][]>? drift = null)
    {
        var advantages = drift is null ? settings.Advantages with { KlInReward = 0 } : settings.Advantages;
        double[] punishments = [.. rollouts.Select(rollout => Punishment(settings, rollout))];
        var (parts, weights) = Parts(advantages, rollouts, control, punishments);
        double?[] rewards = parts.Count > 0
            ? [.. rollouts.Select((_, i) => Advantages.Combine([.. parts.Select(part => part[i])], [.. weights]))]
            : [.. rollouts.Select((rollout, i) => Punished(rollout.Reward, advantages.Overlong, punishments[i]))];
        var estimate = Advantages.Of(advantages, new()
        {
            Rewards = rewards,
            GroupSize = settings.TrainingSamplePerPrompt,
            Parts = parts,
            Weights = weights,
            Lengths = [.. rollouts.Select(rollout => rollout.Tokens.Length)],
            Masked = [.. rollouts.Select(rollout => settings.Loss.MaskTruncated && rollout.Stop == StopReason.MaxTokens)],
            Drift = advantages.KlInReward != 0 ? drift!() : [],
        });
        return
        [
            .. rollouts.Select((rollout, i) => rollout with
            {
                Reward = rewards[i],
                Advantage = estimate.Advantages[i],
                TokenAdvantages = estimate.TokenAdvantages?[i],
            }),
        ];
    }

    /// <summary>Mean entropy over the tokens that the completions were sampled with.</summary>
    public static double Entropy(IReadOnlyList<Rollout> rollouts) =>
        rollouts.Sum(rollout => rollout.Entropy * rollout.Tokens.Length) / Math.Max(1, rollouts.Sum(rollout => rollout.Tokens.Length));

    static double Punishment(TrainingSettings settings, Rollout rollout) => settings.Advantages.Overlong is { } overlong
        ? OverlongPunishment.Of(rollout.Tokens.Length, settings.InferenceMaxTokens, overlong.Buffer)
        : 0;

    static double? Punished(double? reward, OverlongPunishment? overlong, double punishment) =>
        overlong is null ? reward : reward + overlong.Penalty * punishment;

    // In a control run the grader only watches, so that its parts cannot train either.
    static (IReadOnlyList<double?[]> Parts, IReadOnlyList<double> Weights) Parts(
        AdvantageSettings settings, IReadOnlyList<Rollout> rollouts, bool control, double[] punishments)
    {
        if (settings.Rewards.Count == 0)
        {
            return ([], []);
        }

        List<double?[]> parts = control
            ? [[.. rollouts.Select(rollout => rollout.Reward)]]
            : [.. settings.Rewards.Select(part => Column(rollouts, part.Name))];
        List<double> weights = control ? [1] : [.. settings.Rewards.Select(part => part.Weight)];
        if (settings.Overlong is { } overlong)
        {
            bool[] scored = [.. rollouts.Select((_, i) => parts.Any(part => part[i] is not null))];
            parts.Add([.. punishments.Select((punishment, i) => scored[i] ? punishment : (double?)null)]);
            weights.Add(overlong.Penalty);
        }

        return (parts, weights);
    }

    static double?[] Column(IReadOnlyList<Rollout> rollouts, string name)
    {
        double?[] column = [.. rollouts.Select(rollout => ValueOf(rollout.Grade, name))];
        Grade[] grades = [.. rollouts.Select(rollout => rollout.Grade).Where(grade => grade.Score is not null)];
        if (grades.Length > 0 && column.All(value => value is null))
        {
            string[] known = [Score, .. grades.SelectMany(grade => grade.Metrics).Select(metric => metric.Name).Distinct().Order(StringComparer.Ordinal)];
            throw new GradingFaultException(
                $"advantages.rewards names '{name}', which none of the step's grades has. They have {string.Join(", ", known)}. "
                + "Name one of these, or let the grader report it.");
        }

        return column;
    }

    static double? ValueOf(Grade grade, string name) =>
        grade.Score is null ? null
        : name == Score ? grade.Score
        : grade.Metrics.Where(metric => metric.Name == name).Select(metric => (double?)metric.Value).FirstOrDefault();
}
