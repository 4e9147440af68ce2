using System.Buffers;

namespace Hone.Server.Files;

/// <summary>Names of uploaded files: data that people read, never a path.</summary>
static class FileName
{
    const int Longest = 255, LongestShown = 80;

    // Marks that turn the direction of the text around: "report\u202Elnosj.exe" is read as something else.
    static readonly SearchValues<char> _turning =
        SearchValues.Create("\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069");

    /// <exception cref="ApiProblem">The name is empty, too long, a path, or holds characters that nobody sees.</exception>
    public static void Require(string name)
    {
        string? problem = name switch
        {
            "" or "." or ".." => "is no name",
            { Length: > Longest } => $"has {name.Length} characters, but may have {Longest}",
            _ when name.AsSpan().IndexOfAny('/', '\\') >= 0 => "is a path, but has to be a name alone",
            _ => HiddenIn(name),
        };
        if (problem is not null)
        {
            throw ApiProblem.Invalid($"The file name \"{Shown(name)}\" {problem}.", "file");
        }
    }

    /// <summary>What nobody sees in a text, as the end of a sentence; null where there is nothing of that kind.</summary>
    public static string? HiddenIn(string text) =>
        text.Any(char.IsControl) ? "holds a control character"
        : text.AsSpan().IndexOfAny(_turning) >= 0 ? "holds a mark that turns the direction of writing"
        : !IsWellFormed(text) ? "holds half a character"
        : null;

    /// <summary>A text out of a request, short and harmless in a message.</summary>
    public static string Shown(string text)
    {
        string part = text.Length <= LongestShown ? text : text[..LongestShown] + "…";
        return string.Concat(part.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) || _turning.Contains(letter) ? '\uFFFD' : letter));
    }

    static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
