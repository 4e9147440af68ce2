using System.Text.RegularExpressions;
using Hone.Grading.Rules.Texts;

namespace Hone.Grading.Rules.Languages;

/// <summary>The share of a completion that is in a language: letters of its scripts / all letters, times words of its sentences /
/// words of all sentences whose language shows.</summary>
/// <remarks>
/// <para>Against a model that changes language on the way, as a small part beside a grader of what the text says. Code between
/// backticks, formulas, tags and addresses do not count where there is other text.</para>
/// <para>Where several languages share a script, a sentence belongs to the one that has more of its small words than any other; one of 12 words
/// or more without any belongs to none of them. A text without letters, such as a number, is in every language; an empty one in none.</para>
/// </remarks>
public sealed class LanguageGrader : RuleGrader
{
    const int SentenceWords = 20, LongSentence = 12;

    static readonly Regex _aside = new(
        @"```[^`]*```|`[^`\n]*`|\$\$[^$]*\$\$|\$[^$\n]*\$|\\[A-Za-z]+|</?[A-Za-z][A-Za-z0-9_.-]*>|https?://\S+",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    readonly Language _wanted;
    readonly double _least;

    /// <param name="code">A language's two letters, such as en.</param>
    /// <param name="least">At this share or more the score is 1, below it share / least.</param>
    /// <exception cref="ArgumentException">The language is not known.</exception>
    public LanguageGrader(string code, double least = 1)
    {
        _wanted = Language.All.FirstOrDefault(one => one.Code == code)
            ?? throw new ArgumentException($"The language {code} is not known; known are {string.Join(", ", Codes)}.", nameof(code));
        _least = least;
    }

    /// <summary>The languages that are known.</summary>
    public static IEnumerable<string> Codes => Language.All.Select(one => one.Code);

    internal static LanguageGrader? Read(GraderForm form)
    {
        string code = form.Choice("language", form.Has("language") ? "en" : "", [.. Language.All.Select(one => (one.Code, one.Name))]);
        double? least = form.Number("least", least: 0.01, most: 1);
        return code.Length == 0 ? null : new(code, least ?? 1);
    }

    protected override Grade GradeOne(GradingItem item)
    {
        string text = CleanText.Folded(item.Completion);
        if (string.IsNullOrWhiteSpace(text))
        {
            return item.Scored(0, "There is no text.");
        }

        string plain = _aside.Replace(text, " ");
        var letters = Scripts.Count(plain);
        if (letters.Count == 0)
        {
            (plain, letters) = (text, Scripts.Count(text));
        }

        if (letters.Count == 0)
        {
            return item.Scored(1, "There are no words, which any language could be.");
        }

        double share = OfScript(letters) * OfLanguage(plain);
        return item.Scored(
            Math.Min(1, share / _least), $"{share:0 %} is {_wanted.Name}.", new Metric("share", share, MetricType.Metric));
    }

    // Kana make Chinese characters Japanese ones, and Japanese is not written without them.
    double OfScript(IReadOnlyDictionary<Script, int> letters)
    {
        double all = letters.Values.Sum(), own = _wanted.Scripts.Sum(letters.GetValueOrDefault);
        bool needsKana = _wanted.Code == "ja" && letters.GetValueOrDefault(Script.Kana) == 0 && own > 8;
        return needsKana ? 0 : own / all;
    }

    double OfLanguage(string text)
    {
        if (_wanted.SmallWords.Count == 0)
        {
            return 1;
        }

        int wanted = 0, other = 0;
        foreach (string[] sentence in Sentences(text))
        {
            int own = sentence.Count(_wanted.SmallWords.Contains);
            int most = Language.All.Where(one => one != _wanted).Max(one => sentence.Count(one.SmallWords.Contains));
            bool isOther = own < most || (own == 0 && sentence.Length >= LongSentence);
            wanted += own > most ? sentence.Length : 0;
            other += isOther ? sentence.Length : 0;
        }

        return wanted + other == 0 ? 1 : (double)wanted / (wanted + other);
    }

    static IEnumerable<string[]> Sentences(string text) =>
        text.ToLowerInvariant().Split(['.', '!', '?', '\n', ';', ':', '…', '。'], StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(sentence => WordCut.Of(sentence).Chunk(SentenceWords));
}
