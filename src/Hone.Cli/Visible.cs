namespace Hone.Cli;

/// <summary>Text that a model wrote, made safe for a terminal: it may hold any character, also those that move the cursor.</summary>
static class Visible
{
    /// <summary>Line breaks and tabs stay; other control characters become their pictures (␛ for escape).</summary>
    public static string Of(string text) =>
        text.Any(IsHidden) ? string.Concat(text.Select(c => IsHidden(c) ? Picture(c) : c)) : text;

    /// <summary>The same on one line.</summary>
    public static string OnOneLine(string text) => Of(text.Trim().ReplaceLineEndings(" ⏎ ").Replace('\t', ' '));

    static bool IsHidden(char c) => char.IsControl(c) && c is not ('\n' or '\t');

    static char Picture(char c) => c < ' ' ? (char)('\u2400' + c) : '\u2421';
}
