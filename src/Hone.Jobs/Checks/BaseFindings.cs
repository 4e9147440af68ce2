using Hone.Training;

namespace Hone.Jobs.Checks;

/// <summary>Reads the base model's own answers: whether there is anything to learn from, and what stands in the way.</summary>
static class BaseFindings
{
    const double Needless = 0.95, FewSignals = 0.2, ManyTruncated = 0.1;

    /// <param name="best">The best score that the grader is known to give.</param>
    public static IEnumerable<CheckFinding> Find(BaseAnswers answers, TrainingSettings settings, double best)
    {
        double[] scores = [.. answers.Scores.SelectMany(group => group)];
        return
        [
            .. Faults(answers, settings),
            .. scores.Length == 0 ? [] : Level(answers, scores, best),
            .. Truncation(answers, settings),
            .. scores.Length == 0 || scores.Distinct().Count() == 1 ? [] : Signal(answers, settings),
        ];
    }

    static IEnumerable<CheckFinding> Faults(BaseAnswers answers, TrainingSettings settings)
    {
        double share = answers.FaultShare;
        if (share > 0)
        {
            var first = answers.All.Concat(answers.Cooler).First(rollout => rollout.Grade.Score is null).Grade.Fault!;
            var kinds = answers.All.Concat(answers.Cooler).Where(rollout => rollout.Grade.Score is null).CountBy(rollout => rollout.Grade.Fault!.Boundary);
            yield return new(share > settings.MaxFaultShare ? CheckSeverity.Problem : CheckSeverity.Warning, "faults",
                $"The grader failed on {share:P0} of the model's answers ({string.Join(", ", kinds.Select(kind => $"{kind.Value} × {kind.Key}"))}); the first: {first.Message}",
                share > settings.MaxFaultShare ? $"The run would pause at once: more than maxFaultShare ({settings.MaxFaultShare:P0})." : "They are left out of training.");
        }
    }

    static IEnumerable<CheckFinding> Level(BaseAnswers answers, double[] scores, double best)
    {
        double least = scores.Min(), most = scores.Max();
        if (most <= 0 && least == most)
        {
            yield return new(CheckSeverity.Problem, "always 0", $"The base model's {scores.Length} answers all score {most:0.###}.",
                "Reinforcement has nothing to strengthen: teach the task by examples first (hone sft), make it easier, or give credit for parts of it.");
        }
        else if (best > 0 && answers.Mean > Needless * best)
        {
            yield return new(CheckSeverity.Problem, "needless", $"The base model already scores {answers.Mean:0.###} of {best:0.###}.",
                "Training is needless here; take harder prompts.");
        }
        else if (least == most)
        {
            yield return new(CheckSeverity.Problem, "no spread", $"The base model's {scores.Length} answers all score {most:0.###}.",
                "Nothing tells a better answer from a worse one; let the grader give credit for steps on the way, or raise the temperature.");
        }
    }

    static IEnumerable<CheckFinding> Truncation(BaseAnswers answers, TrainingSettings settings)
    {
        if (answers.TruncatedShare > ManyTruncated)
        {
            yield return new(CheckSeverity.Warning, "truncation",
                $"{answers.TruncatedShare:P0} of the answers reach inferenceMaxTokens ({settings.InferenceMaxTokens}) before they end.",
                "Raise hyperParameters.inferenceMaxTokens, or ask for shorter answers in the prompt; what is cut off cannot be right.");
        }
    }

    static IEnumerable<CheckFinding> Signal(BaseAnswers answers, TrainingSettings settings)
    {
        double share = SignalForecast.Share(answers.Scores, settings.TrainingSamplePerPrompt);
        if (share < FewSignals)
        {
            yield return new(CheckSeverity.Warning, "few signals",
                $"Only {share:P0} of the groups of {settings.TrainingSamplePerPrompt} will hold answers of different worth; the others teach nothing.",
                "Raise hyperParameters.trainingSamplePerPrompt, or take prompts that the model solves sometimes.");
        }
    }
}
