namespace Hone.Grading.Rules;

/// <summary>1 where a completion has a word or phrase, else 0: a given one, or else the reference answer.</summary>
/// <remarks>Upper and lower case make no difference. Whole words count: <c>cat</c> is in <c>the Cat's hat</c>, not in <c>catch</c>
/// or <c>cats</c>. Without a text of its own, a record without a reference answer is a fault.</remarks>
public sealed class ContainsGrader(string? text = null) : IGrader
{
    internal static ContainsGrader Read(GraderForm form)
    {
        string? text = form.Text("text");
        if (text is not null && string.IsNullOrWhiteSpace(text))
        {
            form.Problem($"{form.Path}.text is blank, but needs to be a word or phrase; leave it out to look for the reference answer.");
        }

        return new(text);
    }

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<Grade>>([.. items.Select(GradeOne)]);

    Grade GradeOne(GradingItem item)
    {
        string wanted = (text ?? item.Reference ?? "").Trim();
        return wanted.Length == 0 ? item.Failed("reference", "the record has no reference answer, which says the words that must occur.")
            : Occurs(wanted, item.Completion) ? item.Scored(1, $"\"{wanted}\" occurs.")
            : item.Scored(0, $"\"{wanted}\" does not occur.");
    }

    static bool Occurs(string wanted, string completion)
    {
        const StringComparison anyCase = StringComparison.OrdinalIgnoreCase;
        for (int at = completion.IndexOf(wanted, anyCase); at >= 0; at = completion.IndexOf(wanted, at + 1, anyCase))
        {
            if (IsEdge(completion, at) && IsEdge(completion, at + wanted.Length))
            {
                return true;
            }
        }

        return false;
    }

    // Two letters or digits with nothing between them belong to one word.
    static bool IsEdge(string text, int at) =>
        at == 0 || at == text.Length || !char.IsLetterOrDigit(text[at - 1]) || !char.IsLetterOrDigit(text[at]);
}
