using Hone.Grading;

namespace Hone.Jobs.Checks;

/// <summary>Asks a grader about answers of our own making.</summary>
sealed class GraderProbe(IGrader grader, CancellationToken stop)
{
    int _asked;

    public List<Grade> Faults { get; } = [];

    /// <summary>Grades of several answers to each prompt, in the given order. A prompt's answers are a group.</summary>
    public Grade[][] Ask(IReadOnlyList<(ProbedPrompt Prompt, IReadOnlyList<string> Answers)> questions)
    {
        var items = questions.Select(question => Items(question.Prompt, question.Answers)).ToArray();
        var grades = Grade([.. items.SelectMany(group => group)]).ToDictionary(grade => grade.Id);
        return [.. items.Select(group => group.Select(item => grades[item.Id]).ToArray())];
    }

    /// <summary>Grades of one batch.</summary>
    public IReadOnlyList<Grade> Grade(IReadOnlyList<GradingItem> items)
    {
        var grades = grader.Grade(items, stop).GetAwaiter().GetResult();
        Faults.AddRange(grades.Where(grade => grade.Score is null));
        return grades;
    }

    GradingItem[] Items(ProbedPrompt prompt, IReadOnlyList<string> answers)
    {
        string group = $"check/{++_asked}";
        return
        [
            .. answers.Select((answer, i) => prompt.Prompt.Item($"{group}/{i}", answer, truncated: false) with { Group = group, GroupSize = answers.Count }),
        ];
    }
}
