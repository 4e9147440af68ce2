using Hone.Grading.Rules.Texts;

namespace Hone.Grading.Rules;

/// <summary>1 where none of some words or phrases occurs in a completion, else 0.</summary>
/// <remarks>For what must not be said, beside a grader of what must: an empty answer has none of them. Words are found as
/// <see cref="ContainsGrader"/> finds them; also where characters that show nothing are put between their letters.</remarks>
public sealed class ExcludesGrader(IReadOnlyList<string> texts) : RuleGrader
{
    public PhraseSearch Search { get; init; } = new();

    internal static ExcludesGrader Read(GraderForm form)
    {
        var texts = ContainsGrader.ReadTexts(form, "say what must not occur");
        if (texts.Count == 0 && !form.Has("text") && !form.Has("texts"))
        {
            form.Problem($"{form.Path}.text is missing; it needs to be a word or phrase that must not occur (texts: a list of them).");
        }

        return new(texts) { Search = PhraseSearch.Read(form) };
    }

    protected override Grade GradeOne(GradingItem item) =>
        Search.Found(texts, item.Completion) is [var first, ..]
            ? item.Scored(0, $"\"{Quote(first)}\" occurs.")
            : item.Scored(1, "Nothing that must not occur does.");
}
