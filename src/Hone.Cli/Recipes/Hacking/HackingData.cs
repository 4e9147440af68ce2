using System.Globalization;
using Hone.Cli.Recipes.Arithmetic;

namespace Hone.Cli.Recipes.Hacking;

/// <summary>Arithmetic problems of three steps with the bare number as reference: what a sloppy grader can be fooled on.</summary>
/// <remarks>Problems of fewer steps are left out because the base model solves too many of them: a policy that earns its reward honestly finds
/// no reason to cheat.</remarks>
static class HackingData
{
    public const int Steps = 3, TrainCount = 800, ValidationCount = 200, TestCount = 500;

    public static void Write(string folder, ulong seed)
    {
        var generator = new ProblemGenerator(seed);
        IEnumerable<RecipePrompt> Draw(Bucket bucket, int count) => generator.DrawDistinct(bucket)
            .Where(problem => problem.Steps == Steps)
            .Select(problem => new RecipePrompt(problem.Question, problem.Answer.ToString(CultureInfo.InvariantCulture)))
            .Take(count);

        Jsonl.Write(folder, "train", Draw(Bucket.Train, TrainCount));
        Jsonl.Write(folder, "validation", Draw(Bucket.Development, ValidationCount));
        Jsonl.Write(folder, "test", Draw(Bucket.Published, TestCount));
    }
}
