using Hone.Training;

namespace Hone.Jobs.Diagnosis;

/// <summary>Why a run's reward does not rise, from the run's own numbers.</summary>
/// <remarks>A reward is flat when its last third is no more than two standard errors, and no more than a few hundredths of its range, above its
/// first third. Each cause is looked for by itself: a run may have several.</remarks>
public static class FlatReward
{
    /// <summary>Fewer steps say nothing.</summary>
    public const int LeastSteps = 12;

    const double Many = 0.6, Some = 0.2, SmallChange = 0.03;

    /// <summary>A policy that moved less than this from the base, in nats per token, is the base.</summary>
    const double NoMovement = 1e-5, LittleMovement = 1e-3, MuchMovement = 0.5;

    /// <summary>One sentence for each cause, the likeliest first. Empty where the reward rises, or where there are too few steps.</summary>
    public static IReadOnlyList<string> Causes(IReadOnlyList<StepMetrics> steps, TrainingSettings settings)
    {
        if (steps.Count < LeastSteps || Rises(steps))
        {
            return [];
        }

        string[] causes = [.. Groups(steps, settings), .. Movement(steps, settings), .. Completions(steps, settings), .. Faults(steps)];
        return causes.Length > 0 ? causes : ["Groups carry signal, the policy moves and nothing fails: the reward may need more steps, "
            + "or what it asks for is not what the sampled answers differ in; read rollouts of one group side by side."];
    }

    static bool Rises(IReadOnlyList<StepMetrics> steps)
    {
        int third = steps.Count / 3;
        double[] first = [.. steps.Take(third).Select(step => step.RewardMean).Where(double.IsFinite)];
        double[] last = [.. steps.Skip(steps.Count - third).Select(step => step.RewardMean).Where(double.IsFinite)];
        if (first.Length < 2 || last.Length < 2)
        {
            return false;
        }

        var (before, after) = (Training.Statistics.Moments.Of(first), Training.Statistics.Moments.Of(last));
        double range = Math.Max(1e-9, steps.Max(step => step.RewardMax) - steps.Min(step => step.RewardMin));
        return after.Mean - before.Mean > Math.Max(SmallChange * range, 2 * Math.Sqrt(before.SquaredError + after.SquaredError));
    }

    static IEnumerable<string> Groups(IReadOnlyList<StepMetrics> steps, TrainingSettings settings)
    {
        double wrong = steps.Average(step => step.GroupsAllWrong), right = steps.Average(step => step.GroupsAllRight), mixed = steps.Average(step => step.GroupsMixed);
        if (wrong > Many)
        {
            yield return $"{wrong:P0} of the groups have no answer that scores: there is nothing to strengthen. Teach the task by examples first (hone sft), take easier prompts, "
                + $"give credit for parts, or raise trainingSamplePerPrompt ({settings.TrainingSamplePerPrompt}).";
        }

        if (right > Many)
        {
            yield return $"{right:P0} of the groups are right throughout: the data is saturated. Take harder prompts.";
        }

        if (wrong <= Many && right <= Many && mixed < Some)
        {
            yield return $"Only {mixed:P0} of the groups hold answers of different worth. Raise trainingSamplePerPrompt ({settings.TrainingSamplePerPrompt}), or take prompts that are solved sometimes.";
        }
    }

    static IEnumerable<string> Movement(IReadOnlyList<StepMetrics> steps, TrainingSettings settings)
    {
        if (steps.All(step => step.GradientNorm == 0))
        {
            yield return "Every gradient was 0: no reward differs inside a group, or all answers were left out of the loss.";
            yield break;
        }

        double kl = steps.TakeLast(Math.Max(1, steps.Count / 5)).Average(step => Math.Abs(step.Kl));
        bool measured = settings.MeasureKl || steps.Any(step => step.Kl != 0);
        if (measured && kl < NoMovement)
        {
            yield return $"The policy has not moved from the base (KL {kl:0.0e+0}): the adapter is as good as dead. Raise learningRate ({settings.LearningRate:0.#e+0}) "
                + "by a factor of ten, and see that loraTargetModules names layers that matter.";
        }
        else if (measured && kl < LittleMovement)
        {
            yield return $"The policy has hardly moved from the base (KL {kl:0.0e+0}). Raise learningRate ({settings.LearningRate:0.#e+0}) three to ten times.";
        }
        else if (kl > MuchMovement)
        {
            yield return $"The policy is far from the base (KL {kl:0.00}) and gained nothing by it: learningRate ({settings.LearningRate:0.#e+0}) is too high, or the reward is noisy. Lower it by three.";
        }
    }

    static IEnumerable<string> Completions(IReadOnlyList<StepMetrics> steps, TrainingSettings settings)
    {
        double truncated = steps.Average(step => step.TruncatedShare);
        if (truncated > Some)
        {
            yield return $"{truncated:P0} of the answers were cut off at inferenceMaxTokens ({settings.InferenceMaxTokens}): raise it, or ask for shorter answers.";
        }

        if (steps[^1].Entropy < 0.1 * steps[0].Entropy)
        {
            yield return $"Entropy fell from {steps[0].Entropy:0.00} to {steps[^1].Entropy:0.000}: the policy says the same thing each time. Lower learningRate, or raise temperature ({settings.Temperature}).";
        }
    }

    static IEnumerable<string> Faults(IReadOnlyList<StepMetrics> steps)
    {
        long faults = steps.Sum(step => (long)step.Faults);
        if (faults > 0)
        {
            yield return $"The grader failed on {faults:N0} answers; hone show says how.";
        }
    }
}
