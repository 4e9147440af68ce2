namespace Hone.Grading.Rules.Choices;

/// <summary>How a single letter stands in a text.</summary>
enum LetterDress
{
    /// <summary>A small letter among other words.</summary>
    Small,

    /// <summary>A capital letter among other words.</summary>
    Capital,

    /// <summary>A bare A or I before a word that no sentence about a choice goes on with: an article or a pronoun.</summary>
    Word,

    /// <summary>In brackets, bold, quotes or \text{}, or before a closing bracket.</summary>
    Marked,
}

/// <summary>A letter that stands alone, where, and how.</summary>
readonly record struct ChoiceLetter(char Letter, int At, LetterDress Dress, bool IsNegated)
{
    static readonly string[] _negations = ["not", "n't", "never", "except", "without", "eliminate", "exclude", "excluding", "cannot be", "rule out", "than"];

    // What may follow a letter that is chosen: "A because …".
    static readonly HashSet<string> _connectives = new(StringComparer.OrdinalIgnoreCase)
    {
        "and", "or", "because", "since", "as", "is", "are", "was", "not", "for", "which", "with", "but", "due", "so", "given", "on", "based",
        "would", "must", "seems", "appears", "would", "though", "although", "instead", "rather", "und", "oder",
    };

    /// <summary>All single letters up to the last choice, from left to right.</summary>
    public static IEnumerable<ChoiceLetter> In(string text, char last)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char letter = char.ToUpperInvariant(text[i]);
            if (letter is >= 'A' && letter <= last && char.IsAsciiLetter(text[i]) && !Joins(text, i, -1) && !Joins(text, i, 1) && !IsCommand(text, i))
            {
                yield return new(letter, i, Dressed(text, i), Negates(text[Math.Max(0, i - 28)..i]));
            }
        }
    }

    static bool Joins(string text, int i, int step)
    {
        int next = i + step;
        return IsInside(text, next) && (char.IsLetterOrDigit(text[next]) || text[next] is '\'' or '’' or '^'
            || (text[next] == '-' && IsInside(text, next + step) && char.IsLetterOrDigit(text[next + step])));
    }

    static bool IsInside(string text, int i) => i >= 0 && i < text.Length;

    static bool IsCommand(string text, int i) => i > 0 && text[i - 1] == '\\';

    static LetterDress Dressed(string text, int i)
    {
        char before = Near(text, i, -1), after = Near(text, i, 1);
        bool marked = after == ')' || (before, after) is ('[', ']') or ('{', '}') or ('*', '*') or ('_', '_') or ('"', '"') or ('“', '”') or ('`', '`');
        return marked ? LetterDress.Marked
            : text[i] is 'A' or 'I' or 'a' or 'i' && after == ' ' && BeginsNoun(text.AsSpan(i + 2)) ? LetterDress.Word
            : char.IsAsciiLetterLower(text[i]) ? LetterDress.Small
            : LetterDress.Capital;
    }

    static bool BeginsNoun(ReadOnlySpan<char> text)
    {
        int end = 0;
        while (end < text.Length && char.IsLetter(text[end]))
        {
            end++;
        }

        return end > 1 && !_connectives.Contains(text[..end].ToString());
    }

    static char Near(string text, int i, int step) => IsInside(text, i + step) ? text[i + step] : '\n';

    // "not (A)", "rather than B": up to the beginning of the sentence or clause.
    static bool Negates(string before)
    {
        string clause = before[(before.LastIndexOfAny(['.', '\n', ';', ',', '!', '?']) + 1)..];
        return _negations.Any(word => clause.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
