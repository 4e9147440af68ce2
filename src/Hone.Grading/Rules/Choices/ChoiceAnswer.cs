using System.Text.RegularExpressions;
using Hone.Grading.Rules.Answers;

namespace Hone.Grading.Rules.Choices;

/// <summary>The letters that a completion chooses; one, where it makes up its mind.</summary>
/// <remarks>
/// From what is most surely the answer to what is least: <c>\boxed{B}</c>, <c>&lt;answer&gt;</c>, <c>####</c>; a sentence ("The answer is
/// (B)", "B is correct", "I choose B"), where the last that speaks of the final answer outweighs the others; a line that is nothing but
/// a letter; lines that begin with one ("B) Paris"); a letter in brackets or bold; a capital letter. Within the first of these that is
/// there, every letter counts.
/// </remarks>
sealed class ChoiceAnswer(char last)
{
    const int LongestStatement = 300, LongestEnd = 20_000;

    const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    // "The final answer is: **(B)**"; what follows is read by hand.
    static readonly Regex _says = new(
        @"\b(?<final>final\s+|overall\s+)?(?:answer|choice|option)(?:\s+(?:to|for|here|would|should|must|therefore|thus|that)\b[^.:=\n]{0,60}?)?[*_\s]*(?:\b(?:is|be)\b|[:=])"
        + @"|\bI(?:'ll|'d|\s+will|\s+would|\s+must)?\s+(?:choose|chose|select|pick|go\s+with)\b",
        Options);

    // "(B) is correct", "Option B is the right one".
    static readonly Regex _isRight = new(
        @"(?:^|[^\p{L}\p{N}'’])[(*_\[]*(?<letter>[A-Z])[)*_\].]*\s+(?:is|must\s+be|seems|appears)(?:\s+to\s+be)?\s+(?:clearly\s+|therefore\s+|thus\s+)?(?:the\s+)?(?:only\s+|most\s+|best\s+)?(?:correct|right|best|true|accurate|answer)\b",
        Options);

    static readonly Regex _lead = new(
        @"^[\s*_:""“'`(\[{$\\]*(?:(?:therefore|thus|hence|then|clearly|simply|definitely|likely|probably|most|still|now|the|answer|correct|best|right|option|choice|letter|text|textbf|mathrm|boxed|is|number)\b[\s*_:""“'`(\[{$\\]*)*",
        Options);

    static readonly Regex _bareLine = new(@"^[\s*_#>(\[{""'`$\\-]*(?<letter>[A-Z])[\s*_)\]}""'`$.:!]*$", Options);

    static readonly Regex _lineStart = new(@"^[\s*_#>""-]*(?:(?:option|choice|answer)\s+)?(?:[(\[](?<letter>[A-Z])[)\]]|\**(?<letter>[A-Z])\**[).:]\**(?:\s|$)|\*\*(?<letter>[A-Z])\*\*)", Options);

    /// <summary>In alphabetical order; empty where no letter is chosen.</summary>
    public char[] Of(string text, AnswerPlacement place)
    {
        string said = place.Mark == AnswerMark.Any ? MarkedAnswers.Unmarked(text, place.Tag) : MarkedAnswers.AfterThinking(text);
        said = said[Math.Max(0, said.Length - LongestEnd)..];
        var sources = new List<Func<IEnumerable<char>>>();
        if (place.Mark != AnswerMark.Phrase)
        {
            var marks = place.Mark == AnswerMark.Any ? [AnswerMark.Boxed, AnswerMark.Tag, AnswerMark.Hash] : new[] { place.Mark };
            sources.Add(() => marks.SelectMany(mark => MarkedAnswers.Find(text, place with { Mark = mark }, out _)).SelectMany(content => Content(content)));
        }

        if (place.Mark is AnswerMark.Any or AnswerMark.Phrase)
        {
            sources.AddRange([() => Statements(said), () => Judgements(said)]);
        }

        if (place.Mark is AnswerMark.Any)
        {
            sources.AddRange([() => Lines(said, _bareLine), () => Lines(said, _lineStart), () => Dressed(said, LetterDress.Marked), () => Dressed(said, LetterDress.Capital)]);
        }

        foreach (var source in sources)
        {
            if (source().Distinct().Order().ToArray() is { Length: > 0 } letters)
            {
                return letters;
            }
        }

        return [];
    }

    // What a mark holds: "B", "b", "(B) Paris", "\text{B}".
    IEnumerable<char> Content(string content)
    {
        ChoiceLetter[] all = [.. ChoiceLetter.In(content, last).Where(one => !one.IsNegated)];
        var sure = all.Where(one => one.Dress is LetterDress.Marked or LetterDress.Capital);
        int head = _lead.Match(content).Length;
        return all.Where(one => one.At <= head).Concat(sure).Select(one => one.Letter);
    }

    IEnumerable<char> Statements(string text)
    {
        var found = new List<(bool IsFinal, char[] Letters)>();
        foreach (Match match in _says.Matches(text))
        {
            if (Chosen(text, match.Index + match.Length) is { Length: > 0 } letters)
            {
                found.Add((match.Groups["final"].Success, letters));
            }
        }

        int final = found.FindLastIndex(one => one.IsFinal);
        return found.Skip(Math.Max(0, final)).SelectMany(one => one.Letters);
    }

    IEnumerable<char> Judgements(string text) => Letters(_isRight.Matches(text));

    // The letter that a sentence names first, and others that it joins to it: "A or B", "A, B and C", "A/B", "(A)(B)".
    char[] Chosen(string text, int from)
    {
        string rest = text.Substring(from, Math.Min(LongestStatement, text.Length - from)).TrimStart('*', '_', ' ', '\n', '\r');
        string line = rest.Split('\n')[0];
        int head = _lead.Match(line).Length;
        ChoiceLetter[] letters = [.. ChoiceLetter.In(line, last)];
        int first = Array.FindIndex(letters, one => one.At == head && one.Dress != LetterDress.Word && !one.IsNegated);
        if (first < 0)
        {
            return [];
        }

        int count = 1;
        while (first + count < letters.Length && IsJoint(line[(letters[first + count - 1].At + 1)..letters[first + count].At]))
        {
            count++;
        }

        return [.. letters.Skip(first).Take(count).Select(one => one.Letter)];
    }

    static bool IsJoint(string between) => between.Length <= 12
        && between.Trim(' ', ',', '/', '&', ';', '+', '|', '(', ')', '[', ']', '*', '_', '.', '"', '\'', '{', '}').ToLowerInvariant()
            is "" or "or" or "and" or "and/or" or "also" or "maybe" or "or maybe" or "and also" or "und" or "oder";

    IEnumerable<char> Lines(string text, Regex pattern) => Letters(text.Split('\n').Select(line => pattern.Match(line)));

    IEnumerable<char> Letters(IEnumerable<Match> matches) => matches.Where(match => match.Success)
        .Select(match => char.ToUpperInvariant(match.Groups["letter"].Value[0])).Where(letter => letter <= last);

    IEnumerable<char> Dressed(string text, LetterDress dress) =>
        ChoiceLetter.In(text, last).Where(one => one.Dress == dress && !one.IsNegated).Select(one => one.Letter);
}
