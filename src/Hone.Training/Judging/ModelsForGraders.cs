using Hone.Grading;

namespace Hone.Training.Judging;

/// <summary>What this program adds to graders: models on this machine that judge.</summary>
public static class ModelsForGraders
{
    /// <summary>The same, with judges by model folder.</summary>
    public static GraderContext WithModels(this GraderContext context) => context with { OpenModel = LocalChatModel.Open };

    /// <summary>The grader that settings describe, as every command and run uses it: judges may be local models, and it is held to its contract.</summary>
    /// <param name="name">The boundary that its faults carry.</param>
    public static GuardedGrader BuildGuarded(this GraderSettings settings, GraderContext context, string name = "grader") =>
        new(settings.Build(context.WithModels()), name, GuardedGrader.UsualDeadline);
}
