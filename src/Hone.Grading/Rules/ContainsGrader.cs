using Hone.Grading.Rules.Answers;
using Hone.Grading.Rules.Texts;

namespace Hone.Grading.Rules;

/// <summary>How many of several phrases must occur.</summary>
public enum PhraseCount
{
    All,
    Any,

    /// <summary>The score is the share of them that occurs.</summary>
    Share,
}

/// <summary>1 where words or phrases occur in a completion, else 0: given ones, or else the reference answer (any of a list).</summary>
/// <remarks>For what must be mentioned. Upper and lower case make no difference unless asked for, and whole words count:
/// <c>cat</c> is in <c>the Cat's hat</c>, not in <c>catch</c> or <c>cats</c>. A completion that lists every candidate has the right one
/// too: where that is possible, use exact, choice or number. Without texts of its own, a record without a reference answer is a fault.</remarks>
public sealed class ContainsGrader(IReadOnlyList<string> texts, PhraseCount count = PhraseCount.All) : RuleGrader
{
    public ContainsGrader(string? text = null)
        : this(text is null ? [] : [text])
    {
    }

    public PhraseSearch Search { get; init; } = new();

    /// <summary>Where the reference answer is, as in <see cref="ReferenceAnswers.Of"/>.</summary>
    public string? Field { get; init; }

    internal static ContainsGrader Read(GraderForm form)
    {
        var texts = ReadTexts(form, "leave it out to look for the reference answer");
        string word = form.Choice(
            "match", texts.Count == 0 ? "any" : "all", ("all", "each of them"), ("any", "one of them"), ("share", "the share that occurs"));
        return new(texts, word switch { "any" => PhraseCount.Any, "share" => PhraseCount.Share, _ => PhraseCount.All })
        {
            Search = PhraseSearch.Read(form),
            Field = form.Text("field"),
        };
    }

    /// <summary>The keys <c>text</c> and <c>texts</c>; empty where there is neither.</summary>
    internal static IReadOnlyList<string> ReadTexts(GraderForm form, string without)
    {
        string[] texts = [.. form.Text("text") is { } one ? [one] : Array.Empty<string>(), .. form.Texts("texts") ?? []];
        if (texts.Any(string.IsNullOrWhiteSpace))
        {
            string key = form.Has("texts") ? "texts has a blank text" : "text is blank";
            form.Problem($"{form.Path}.{key}, but needs to be a word or phrase; {without}.");
        }

        return texts;
    }

    protected override Grade GradeOne(GradingItem item)
    {
        string problem = "";
        var wanted = texts.Count > 0 ? texts : ReferenceAnswers.Of(item, Field, out problem);
        if (wanted is null)
        {
            return item.Failed("reference", problem);
        }

        var found = Search.Found(wanted, item.Completion);
        double score = count switch
        {
            PhraseCount.Share => (double)found.Count / wanted.Count,
            PhraseCount.Any => found.Count > 0 ? 1 : 0,
            _ => found.Count == wanted.Count ? 1 : 0,
        };
        return item.Scored(score, Tell(wanted, found));
    }

    static string Tell(IReadOnlyList<string> wanted, IReadOnlyList<string> found) =>
        wanted.Count > 1 ? $"{found.Count} of {wanted.Count} phrases occur."
        : $"\"{Quote(wanted[0])}\" {(found.Count > 0 ? "occurs" : "does not occur")}.";
}
