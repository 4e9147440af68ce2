using Hone.Grading;
using Hone.Training;

namespace Hone.Jobs.Checks;

/// <summary>Asks a grader about answers of our own making, in batches as a run does.</summary>
/// <param name="tokensPerCharacter">Of the model's own answers: ours were never tokens.</param>
/// <param name="maxTokens">The most that an answer can have.</param>
sealed class GraderProbe(IGrader grader, double tokensPerCharacter, int maxTokens, CancellationToken stop)
{
    int _asked;

    public List<Grade> Faults { get; } = [];

    /// <summary>It asks a judge, so that every answer costs time or money.</summary>
    public bool IsCostly { get; } = grader.JudgeDemands(1).Any();

    /// <summary>Scores mean something only beside those of the same group.</summary>
    public bool ComparesGroups => grader.NeedsWholeGroups;

    /// <summary>Grades of several answers to each prompt, in the given order. A prompt's answers are a group.</summary>
    public Grade[][] Ask(IReadOnlyList<(ProbedPrompt Prompt, IReadOnlyList<string> Answers)> questions)
    {
        var items = questions.Select(question => Items(question.Prompt, question.Answers)).ToArray();
        var grades = Grade([.. items.SelectMany(group => group)]);
        return [.. items.Select(group => group.Select(item => grades[item.Id]).ToArray())];
    }

    /// <summary>Grades by the items' ids.</summary>
    public IReadOnlyDictionary<string, Grade> Grade(IReadOnlyList<GradingItem> items)
    {
        var queue = new GradingQueue(grader, stop);
        foreach (var item in items)
        {
            queue.Add(item);
        }

        var grades = queue.Finish();
        Faults.AddRange(items.Select(item => grades[item.Id]).Where(grade => grade.Score is null));
        return grades;
    }

    GradingItem[] Items(ProbedPrompt prompt, IReadOnlyList<string> answers)
    {
        string group = $"check/{++_asked}";
        return
        [
            .. answers.Select((answer, i) => prompt.Prompt.Item($"{group}/{i}", answer, truncated: false) with
            {
                Group = group,
                GroupSize = answers.Count,
                Index = i,
                CompletionTokens = (int)Math.Min(maxTokens, 1 + (answer.Length * tokensPerCharacter)),
                MaxTokens = maxTokens,
            }),
        ];
    }
}
