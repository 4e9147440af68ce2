namespace Hone.Grading.Similarity;

/// <summary>English words without their endings: <c>running</c> and <c>runs</c> are <c>run</c>. Porter, "An algorithm for suffix stripping", 1980.</summary>
/// <remarks>With the two rules that its author changed since (bli, logi). m, the measure, is how many times a run of vowels is followed by a
/// run of consonants. y is a vowel behind a consonant. Words of other than ASCII letters stay as they are.</remarks>
static class PorterStem
{
    static readonly (string Ending, string Instead)[] _second =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"), ("alli", "al"),
        ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"),
        ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("logi", "log"),
    ];

    static readonly (string Ending, string Instead)[] _third =
        [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    static readonly (string Ending, string Instead)[] _fourth =
    [
        .. new[]
        {
            "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize",
        }.Select(ending => (ending, "")),
    ];

    /// <param name="word">In lower case.</param>
    public static string Of(string word)
    {
        if (word.Length <= 2 || !word.All(char.IsAsciiLetterLower))
        {
            return word;
        }

        word = ThirdPerson(word);
        word = PastAndProgressive(word);
        word = word.EndsWith('y') && HasVowel(word[..^1]) ? $"{word[..^1]}i" : word;
        word = Replace(word, _second, 0);
        word = Replace(word, _third, 0);
        word = Replace(word, _fourth, 1);
        return Tidy(word);
    }

    static string ThirdPerson(string word) =>
        word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("ies", StringComparison.Ordinal) ? word[..^2]
        : word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1]
        : word;

    static string PastAndProgressive(string word)
    {
        if (word.EndsWith("eed", StringComparison.Ordinal))
        {
            return Measure(word[..^3]) > 0 ? word[..^1] : word;
        }

        string? stem = word.EndsWith("ed", StringComparison.Ordinal) ? word[..^2] : word.EndsWith("ing", StringComparison.Ordinal) ? word[..^3] : null;
        if (stem is null || !HasVowel(stem))
        {
            return word;
        }

        return stem.EndsWith("at", StringComparison.Ordinal) || stem.EndsWith("bl", StringComparison.Ordinal) || stem.EndsWith("iz", StringComparison.Ordinal)
            ? $"{stem}e"
            : EndsDouble(stem) && stem[^1] is not ('l' or 's' or 'z') ? stem[..^1]
            : Measure(stem) == 1 && EndsShort(stem) ? $"{stem}e"
            : stem;
    }

    /// <summary>The longest ending that the word has is replaced where the measure before it is above a bound; no other is tried.</summary>
    static string Replace(string word, (string Ending, string Instead)[] endings, int above)
    {
        var (ending, instead) = endings.Where(rule => word.EndsWith(rule.Ending, StringComparison.Ordinal))
            .OrderByDescending(rule => rule.Ending.Length).FirstOrDefault();
        if (ending is null)
        {
            return word;
        }

        string stem = word[..^ending.Length];
        bool mayGo = ending != "ion" || (stem.Length > 0 && stem[^1] is 's' or 't');
        return mayGo && Measure(stem) > above ? stem + instead : word;
    }

    static string Tidy(string word)
    {
        if (word.EndsWith('e'))
        {
            string stem = word[..^1];
            int measure = Measure(stem);
            word = measure > 1 || (measure == 1 && !EndsShort(stem)) ? stem : word;
        }

        return word.EndsWith("ll", StringComparison.Ordinal) && Measure(word) > 1 ? word[..^1] : word;
    }

    static int Measure(string stem)
    {
        int measure = 0;
        for (int i = 1; i < stem.Length; i++)
        {
            measure += IsVowel(stem, i - 1) && !IsVowel(stem, i) ? 1 : 0;
        }

        return measure;
    }

    static bool HasVowel(string stem) => Enumerable.Range(0, stem.Length).Any(i => IsVowel(stem, i));

    static bool IsVowel(string word, int i)
    {
        // y takes turns in a run of them: a vowel behind a consonant, a consonant behind a vowel.
        bool isVowel = false;
        int first = i;
        while (first > 0 && word[first] == 'y')
        {
            first--;
        }

        for (int at = first; at <= i; at++)
        {
            isVowel = word[at] is 'a' or 'e' or 'i' or 'o' or 'u' || (word[at] == 'y' && at > 0 && !isVowel);
        }

        return isVowel;
    }

    static bool EndsDouble(string stem) => stem.Length > 1 && stem[^1] == stem[^2] && !IsVowel(stem, stem.Length - 1);

    // Consonant, vowel, consonant other than w, x, y: hop, fil; not snow, box, tray.
    static bool EndsShort(string stem)
    {
        int last = stem.Length - 1;
        return last >= 2 && !IsVowel(stem, last) && IsVowel(stem, last - 1) && !IsVowel(stem, last - 2) && stem[last] is not ('w' or 'x' or 'y');
    }
}
