using Hone.Grading;

namespace Hone.Training.Judging;

/// <summary>What this program adds to the context of graders: models on this machine.</summary>
public static class ModelsForGraders
{
    /// <summary>The same, with judges by model folder.</summary>
    public static GraderContext WithModels(this GraderContext context) => context with { OpenModel = LocalChatModel.Open };
}
