namespace Hone.Grading.Judges;

/// <summary>The part of a completion that a judge sees.</summary>
static class VisibleAnswer
{
    const string Begin = "<think>", End = "</think>";

    /// <param name="showReasoning">With the chain of thought; else only what comes behind the last <c>&lt;/think&gt;</c>. Thoughts that do not
    /// end leave nothing.</param>
    /// <param name="longest">Characters; of a longer text the middle is left out.</param>
    public static string Of(string completion, bool showReasoning, int longest)
    {
        string text = showReasoning ? completion : WithoutThoughts(completion);
        text = text.Trim();
        if (text.Length <= longest)
        {
            return text;
        }

        int half = longest / 2;
        return $"{text[..Whole(text, half)]}\n[… {text.Length - longest} characters left out …]\n{text[Whole(text, text.Length - half)..]}";
    }

    static string WithoutThoughts(string completion)
    {
        int end = completion.LastIndexOf(End, StringComparison.Ordinal);
        string rest = end < 0 ? completion : completion[(end + End.Length)..];
        int begin = rest.IndexOf(Begin, StringComparison.Ordinal);
        return begin < 0 ? rest : rest[..begin];
    }

    // Not between the halves of a character.
    static int Whole(string text, int at) => at < text.Length && char.IsLowSurrogate(text[at]) ? at + 1 : at;
}
