using System.Runtime.CompilerServices;
using Hone.Jobs;
using Hone.Training;

namespace Hone.Tests.Jobs;

/// <summary>A job of the model that the repository ships, over a few sums.</summary>
static class ArithmeticJob
{
    public static JobSettings Of(TestFolder folder, int prompts, TrainingSettings settings) => SampleRun.Settings() with
    {
        BaseModel = Path.Combine(Root(), "models", "arithmetic"),
        TrainingData = folder.File("train.jsonl", Prompts(prompts)),
        ValidationData = folder.File("validation.jsonl", Prompts(1)),
        ValidationShare = null,
        HyperParameters = settings,
    };

    static string Prompts(int count) => string.Concat(Enumerable.Range(0, count).Select(i =>
        $$"""{"messages":[{"role":"user","content":"What is {{i}} + 4?"}],"reference_answer":"{{i + 4}}"}""" + "\n"));

    static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../.."));
}
