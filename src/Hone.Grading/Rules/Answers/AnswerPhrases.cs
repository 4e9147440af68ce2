using System.Text.RegularExpressions;

namespace Hone.Grading.Rules.Answers;

/// <summary>Sentences that say what the answer is: "The answer is 18.", "**Answer:** 18".</summary>
static class AnswerPhrases
{
    const int Most = 9, LongestStatement = 2000, LongestEnd = 20_000;

    static readonly Regex _opening = new(
        @"\b(?<final>final\s+)?answer(?:\s+(?:to|for|in)\s[^.:=\n]{1,60}?)?[*_\s]*(?:\b(?:is|are|equals)\b|[:=])[:=*_\s]*",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    static readonly Regex _filler = new(
        @"^(?:(?:therefore|thus|hence|then|so|simply|just|clearly|exactly|indeed|still|also|now|given by|equal to|approximately|about)\b[,:\s]*)+",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>What the sentences say. Where some speak of the final answer, the last of those and what follows it; else all,
    /// since nothing tells which of two is meant.</summary>
    public static string[] Find(string text)
    {
        // An answer stands near the end.
        text = text[Math.Max(0, text.Length - LongestEnd)..];
        var statements = new List<(string Content, bool IsFinal)>();
        foreach (Match match in _opening.Matches(text))
        {
            if (statements.Count > Most)
            {
                statements.RemoveAt(0);
            }

            if (Statement(text.AsSpan(match.Index + match.Length)) is { Length: > 0 } content)
            {
                statements.Add((content, match.Groups["final"].Success));
            }
        }

        int final = statements.FindLastIndex(one => one.IsFinal);
        return [.. statements.Skip(Math.Max(0, final)).Select(one => one.Content).Distinct()];
    }

    // Up to the end of the line or sentence.
    static string Statement(ReadOnlySpan<char> rest)
    {
        rest = rest[..Math.Min(rest.Length, LongestStatement)];
        int line = rest.IndexOfAny('\n', '\r');
        rest = line < 0 ? rest : rest[..line];
        for (int i = 0; i < rest.Length; i++)
        {
            if (rest[i] is '.' or '!' or '?' or '。' && (i + 1 == rest.Length || char.IsWhiteSpace(rest[i + 1]) || rest[i + 1] is '*' or '"'))
            {
                rest = rest[..i];
                break;
            }
        }

        string statement = rest.Trim("*_`\" \t").ToString();
        return statement[_filler.Match(statement).Length..];
    }
}
