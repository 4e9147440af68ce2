using System.Text.RegularExpressions;
using Hone.Grading.Rules.Numbers;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>A mathematical text with what only changes its looks taken out.</summary>
static class LatexText
{
    static readonly (string From, string To)[] _signs =
    [
        ("×", "\\times "), ("÷", "/"), ("√", "\\sqrt "), ("∛", "\\sqrt[3]"), ("π", "\\pi "), ("∞", "\\infty "), ("≤", "\\le "), ("≥", "\\ge "), ("≠", "\\ne "),
        ("≈", "\\approx "), ("∪", "\\cup "), ("∩", "\\cap "), ("∈", "\\in "), ("∅", "\\emptyset "), ("±", "\\pm "), ("∓", "\\mp "), ("°", "^\\circ "),
        ("⌊", "\\lfloor "), ("⌋", "\\rfloor "), ("⌈", "\\lceil "), ("⌉", "\\rceil "), ("…", "\\ldots "), ("**", "^"),
        ("\\$", ""), ("$", ""), ("€", ""), ("£", ""), ("¥", ""), ("\\(", ""), ("\\)", ""), ("\\[", ""), ("\\]", ""), ("`", ""), ("\\&", ""),
    ];

    static readonly Regex _thousands = new(@"(?<=[0-9])(?:\{,\}|,\\!|\\,|\\ )(?=[0-9]{3}(?![0-9]))", RegexOptions.CultureInvariant);

    static readonly Regex _looks = new(
        @"\\(?:left|right|[bB]igg?[lr]?|displaystyle|textstyle|limits|nolimits|quad|qquad|hfill|phantom\{[^{}]*\})(?![A-Za-z])\.?|\\[,;:! ]|~",
        RegexOptions.CultureInvariant);

    /// <summary>The same text for one formula, however it is set.</summary>
    public static string Of(string text)
    {
        text = NumberText.Characters(text.Replace('\u00A0', ' ').Replace('\u202F', ' ').Replace('\u2009', ' ').Replace("ℝ", "\\mathbb{R}"));
        text = text.Replace("\\left\\{", "\\{").Replace("\\right\\}", "\\}").Replace("\\\\", "\\cr ");
        text = text.StartsWith("**", StringComparison.Ordinal) && text.EndsWith("**", StringComparison.Ordinal) ? text.Trim('*') : text;
        foreach (var (from, to) in _signs)
        {
            text = text.Replace(from, to);
        }

        text = _thousands.Replace(text, "");
        text = _looks.Replace(text, " ");
        return text.Trim().TrimEnd('.', ',', ';', ':').TrimEnd();
    }

    /// <summary>For a comparison letter by letter: without the commands that only say how text is set, and without spaces but those between words.</summary>
    public static string Letters(string canonical)
    {
        string text = _setting.Replace(canonical, "").Replace('{', ' ').Replace('}', ' ');
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    static readonly Regex _setting = new(
        @"\\(?:text(?:bf|it|rm|normal)?|math(?:rm|bf|it|sf|tt)|mbox|boldsymbol|operatorname)(?![A-Za-z])",
        RegexOptions.CultureInvariant);
}
