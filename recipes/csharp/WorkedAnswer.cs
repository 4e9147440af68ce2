using Hone.Grading;

/// <summary>1 for the right number after the last ####; a quarter less where no calculation leads to it.</summary>
public sealed class WorkedAnswer : IAnswerGrader
{
    public Grade Grade(GradingItem item)
    {
        if (Number(item.Reference) is not { } reference)
        {
            // A record that cannot be graded is no wrong answer: no score.
            return item.Failed("reference", $"\"{item.Reference}\" ends with no number.");
        }

        if (Number(item.Completion) is not { } answer)
        {
            return item.Scored(0, "no number after ####.");
        }

        bool isWorked = item.Completion[..item.Completion.LastIndexOf("####", StringComparison.Ordinal)].Contains('=');
        var worked = new Metric("worked", isWorked ? 1 : 0, MetricType.Metric);
        return answer != reference ? item.Scored(0, $"expected {reference}, got {answer}.", worked)
            : isWorked ? item.Scored(1, $"{answer} is right, and worked out.", worked)
            : item.Scored(0.75, $"{answer} is right, without a calculation.", worked);
    }

    static decimal? Number(string? text)
    {
        int mark = text?.LastIndexOf("####", StringComparison.Ordinal) ?? -1;
        return mark >= 0 && decimal.TryParse(text![(mark + 4)..].Trim(), out decimal number) ? number : null;
    }
}
