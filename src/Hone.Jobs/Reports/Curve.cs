using Hone.Training;

namespace Hone.Jobs.Reports;

/// <summary>Points of a line: step and value. Values that are no numbers are left out of the drawing.</summary>
sealed record CurveLine(string Name, bool IsMarked, IReadOnlyList<(double Step, double Value)> Points);

/// <summary>A curve of a run: what it shows, what it should look like, and whether it does.</summary>
sealed record Curve(string Title, string Unit, string Expected, CurveFinding Finding, IReadOnlyList<CurveLine> Lines)
{
    /// <summary>Drawn from 0 to 1, so that a small change looks small.</summary>
    public bool IsShare { get; private init; }

    public static IReadOnlyList<Curve> Of(RunReader run)
    {
        var steps = run.Metrics();
        EvaluationSummary[] validations = [.. run.Evaluations().Where(evaluation => evaluation.Name == "validation")];
        bool control = run.Settings.Control;
        return run.Settings.Method == TrainingMethod.Supervised ? SupervisedCurves.Of(steps, validations) :
        [
            Reward(steps, control) with { IsShare = true },
            Validation(steps, validations, control) with { IsShare = true },
            new("Completion length", "tokens",
                "Should drift slowly, up as the model learns to work things out or down as it finds shorter ways. An explosion or a jump is a warning.",
                CurveFinding.Length(Values(steps, step => step.LengthMean)),
                [Training(steps, step => step.LengthMean), Marked(validations, evaluation => evaluation.LengthMean)]),
            new("Entropy", "nats",
                "Should decline gently and then keep a level. A drop to 0 is a collapse to one answer; a flat line means that the reward is ignored.",
                CurveFinding.Entropy(Values(steps, step => step.Entropy), control),
                [Training(steps, step => step.Entropy), Marked(validations, evaluation => evaluation.Entropy)]),
            GradientNorm(steps),
            new("Groups that teach", "",
                "Should stay well above 0: only a group whose completions got different rewards has a gradient. It falls as the prompts are mastered. "
                + PromptWords(steps),
                CurveFinding.MixedGroups(Values(steps, step => step.GroupsMixed)),
                [Training(steps, step => step.GroupsMixed)])
            {
                IsShare = true,
            },
        ];
    }

    internal static Curve GradientNorm(IReadOnlyList<StepMetrics> steps) => new("Gradient norm", "",
        "Should stay in a band, with a spike now and then. Lasting growth or extreme spikes point at the learning rate or the reward's scale.",
        CurveFinding.GradientNorm(Values(steps, step => step.GradientNorm)),
        [Training(steps, step => step.GradientNorm)]);

    static string PromptWords(IReadOnlyList<StepMetrics> steps) => steps is [.., var last]
        ? $"At the end, of the prompts as last drawn, {last.PromptsAlwaysRight:N0} always went right and {last.PromptsNeverRight:N0} never; "
            + $"{last.PromptsResting:N0} rested in that pass. Groups drawn in place of others: {steps.Sum(step => step.Refills):N0}."
        : "";

    static Curve Reward(IReadOnlyList<StepMetrics> steps, bool control)
    {
        double[] rewards = Values(steps, step => step.RewardMean);
        return control
            ? new("Training reward, a coin flip", "",
                "Should stay around one half. The true score, which only watches, should stay where it began.",
                CurveFinding.Reward(rewards, control),
                [Training(steps, step => step.RewardMean, "coin flip"), Training(steps, step => step.ScoreMean, "true score")])
            : new("Training reward", "",
                "Should be noisy but rise, steeply at first. A flat line learns nothing; a rise while the answers get worse is an exploited reward.",
                CurveFinding.Reward(rewards, control),
                [Training(steps, step => step.RewardMean), .. Shadow(steps)]);
    }

    static IEnumerable<CurveLine> Shadow(IReadOnlyList<StepMetrics> steps) =>
        steps.Any(step => step.ShadowMean is not null) ? [Training([.. steps.Where(step => step.ShadowMean is not null)], step => step.ShadowMean!.Value, "shadow grader")] : [];

    static Curve Validation(IReadOnlyList<StepMetrics> steps, EvaluationSummary[] validations, bool control) =>
        new(control ? "Validation, true score" : "Validation reward", "",
            control
                ? "Should stay where it began: there is nothing to learn."
                : "Should follow the training reward more slowly, then level off. If it falls while training rises, the model learns the prompts by heart.",
            CurveFinding.Validation(
                [.. validations.Select(evaluation => evaluation.RewardMean).Where(double.IsFinite)], Values(steps, step => step.RewardMean), control),
            [Marked(validations, evaluation => evaluation.RewardMean)]);

    internal static double[] Values(IReadOnlyList<StepMetrics> steps, Func<StepMetrics, double> value) => [.. steps.Select(value)];

    internal static CurveLine Training(IReadOnlyList<StepMetrics> steps, Func<StepMetrics, double> value, string name = "training") =>
        new(name, IsMarked: false, [.. steps.Select(step => ((double)step.Step, value(step)))]);

    internal static CurveLine Marked(EvaluationSummary[] evaluations, Func<EvaluationSummary, double> value) =>
        new("validation", IsMarked: true, [.. evaluations.Select(evaluation => ((double)evaluation.Step, value(evaluation)))]);
}
