namespace Hone.Jobs.Checks;

/// <summary>A way to write an answer down. Graders read some of them; which, shows when they grade a right answer.</summary>
sealed record AnswerForm(string Name, Func<string, string> Write)
{
    const int LongestShort = 120;

    /// <summary>In the order in which they are preferred.</summary>
    public static IReadOnlyList<AnswerForm> All { get; } =
    [
        new("the reference as it is", text => text),
        new("#### and the answer", text => $"#### {ShortAnswer(text)}"),
        new("\\boxed{} around the answer", text => $"\\boxed{{{ShortAnswer(text)}}}"),
        new("<answer> tags around the answer", text => $"<answer>{ShortAnswer(text)}</answer>"),
        new("<think> and <answer> tags", text => $"<think>\nStep by step.\n</think>\n<answer>{ShortAnswer(text)}</answer>"),
        new("solution tags with \\boxed{}",
            text => $"<|begin_of_thought|>\nStep by step.\n<|end_of_thought|>\n<|begin_of_solution|>\n\\boxed{{{ShortAnswer(text)}}}\n<|end_of_solution|>"),
        new("a sentence", text => $"The answer is {ShortAnswer(text)}."),
        new("a JSON object", text => System.Text.Json.JsonSerializer.Serialize(new { answer = ShortAnswer(text) })),
    ];

    /// <summary>The answer without the way to it: what follows the last <c>####</c>, or else the whole text where it is short, its last line where it is not.</summary>
    public static string ShortAnswer(string reference)
    {
        int mark = reference.LastIndexOf("####", StringComparison.Ordinal);
        string text = (mark >= 0 ? reference[(mark + 4)..] : reference).Trim();
        return text.Length <= LongestShort ? text : text.Split('\n')[^1].Trim();
    }
}
