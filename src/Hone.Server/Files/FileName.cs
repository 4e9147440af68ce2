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
            _ when name.Any(char.IsControl) => "holds a control character",
            _ when name.AsSpan().IndexOfAny(_turning) >= 0 => "holds a mark that turns the direction of writing",
            _ when !IsWellFormed(name) => "holds half a character",
            _ => null,
        };
        if (problem is not null)
        {
            throw ApiProblem.Invalid($"The file name \"{Shown(name)}\" {problem}.", "file");
        }
    }

    /// <summary>A text out of a request, short and harmless in a message.</summary>
    public static string Shown(string text)
    {
        string part = text.Length <= LongestShown ? text : text[..LongestShown] + "…";
        return string.Concat(part.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) || _turning.Contains(letter) ? '\uFFFD' : letter));
    }

    static bool IsWellFormed(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == System.Text.Rune.ReplacementChar && !text.Contains('\uFFFD'))
            {
                return false;
            }
        }

        return true;
    }
}
