using System.Text;

namespace Hone.Training.Data.Findings;

/// <summary>The script of most of a prompt's letters, and its language as far as script and small words tell it.</summary>
readonly record struct Language(string Script, string Name)
{
    const int LeastWords = 2;

    static readonly (int First, int Last, string Script)[] _ranges =
    [
        (0x0041, 0x024F, "Latin"), (0x1E00, 0x1EFF, "Latin"), (0xFF21, 0xFF5A, "Latin"), (0x0370, 0x03FF, "Greek"), (0x1F00, 0x1FFF, "Greek"),
        (0x0400, 0x052F, "Cyrillic"), (0x0530, 0x058F, "Armenian"), (0x0590, 0x05FF, "Hebrew"), (0x0600, 0x077F, "Arabic"), (0x08A0, 0x08FF, "Arabic"),
        (0xFB50, 0xFEFC, "Arabic"), (0x0900, 0x097F, "Devanagari"), (0x0980, 0x09FF, "Bengali"), (0x0A00, 0x0A7F, "Gurmukhi"), (0x0A80, 0x0AFF, "Gujarati"),
        (0x0B80, 0x0BFF, "Tamil"), (0x0C00, 0x0C7F, "Telugu"), (0x0C80, 0x0CFF, "Kannada"), (0x0D00, 0x0D7F, "Malayalam"), (0x0E00, 0x0E7F, "Thai"),
        (0x0E80, 0x0EFF, "Lao"), (0x1000, 0x109F, "Burmese"), (0x10A0, 0x10FF, "Georgian"), (0x1100, 0x11FF, "Hangul"), (0xAC00, 0xD7AF, "Hangul"),
        (0x1200, 0x137F, "Ethiopic"), (0x1780, 0x17FF, "Khmer"), (0x3040, 0x30FF, "Kana"), (0x3400, 0x9FFF, "Han"), (0xF900, 0xFAFF, "Han"),
        (0x20000, 0x323AF, "Han"),
    ];

    static readonly (string Script, string Name)[] _ofOneScript =
    [
        ("Greek", "Greek"), ("Armenian", "Armenian"), ("Hebrew", "Hebrew"), ("Thai", "Thai"), ("Georgian", "Georgian"), ("Hangul", "Korean"),
        ("Kana", "Japanese"), ("Han", "Chinese"), ("Tamil", "Tamil"), ("Telugu", "Telugu"), ("Bengali", "Bengali"), ("Lao", "Lao"), ("Khmer", "Khmer"),
    ];

    static readonly (string Name, HashSet<string> Words)[] _smallWords =
    [
        ("English", ["the", "of", "and", "to", "is", "in", "that", "how", "what", "for", "with", "are", "does", "many", "each", "if", "she", "he", "find"]),
        ("German", ["der", "die", "das", "und", "ist", "nicht", "ein", "eine", "zu", "wie", "von", "mit", "auf", "für", "den", "viele", "wenn", "hat", "kostet"]),
        ("French", ["le", "la", "les", "des", "et", "est", "une", "un", "dans", "que", "pour", "qui", "sur", "combien", "du", "quel", "quelle"]),
        ("Spanish", ["el", "la", "los", "las", "y", "es", "una", "que", "por", "para", "con", "del", "cuántos", "cuál", "qué", "un", "en"]),
        ("Portuguese", ["os", "é", "uma", "que", "para", "com", "não", "da", "quantos", "quantas", "qual", "um", "em", "ela", "ele"]),
        ("Italian", ["il", "lo", "gli", "di", "è", "una", "che", "sono", "della", "quanti", "nel", "qual", "un", "ha"]),
        ("Dutch", ["het", "een", "en", "van", "is", "niet", "hoe", "wat", "voor", "met", "hoeveel", "zijn", "de"]),
        ("Polish", ["w", "nie", "na", "się", "jest", "ile", "z", "jak", "każdy", "jeśli"]),
        ("Swedish", ["och", "är", "att", "det", "en", "ett", "på", "för", "med", "hur", "många", "inte", "vad"]),
        ("Turkish", ["ve", "bir", "bu", "kaç", "için", "ile", "ne", "de", "da", "olan", "nedir"]),
        ("Russian", ["и", "в", "не", "на", "что", "сколько", "с", "он", "как", "из", "по", "у", "если", "это"]),
        ("Ukrainian", ["і", "в", "не", "на", "що", "скільки", "з", "він", "як", "із", "та", "якщо", "це", "у"]),
    ];

    public static Language Of(PromptRecord record) =>
        Of(string.Join('\n', record.Messages.Where(turn => turn.Role == "user").Select(turn => turn.Content)));

    public static Language Of(string text)
    {
        Dictionary<string, int> letters = new(StringComparer.Ordinal);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune) && ScriptOf(rune.Value) is { } script)
            {
                letters[script] = letters.GetValueOrDefault(script) + 1;
            }
        }

        if (letters.Count == 0)
        {
            return new("no letters", "no letters");
        }

        string most = letters.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).First().Key;
        // Japanese writes its nouns in Han; Chinese has no kana.
        most = most == "Han" && letters.GetValueOrDefault("Kana") * 10 >= letters["Han"] ? "Kana" : most;
        return new(most, _ofOneScript.FirstOrDefault(pair => pair.Script == most).Name ?? ByWords(text) ?? $"{most} script");
    }

    static string ScriptOf(int rune)
    {
        foreach (var (first, last, script) in _ranges)
        {
            if (rune >= first && rune <= last)
            {
                return script;
            }
        }

        return "other";
    }

    static string? ByWords(string text)
    {
        string[] words = text.ToLowerInvariant().Split([.. " \t\r\n.,;:!?()[]{}\"'«»„“”¿¡0123456789+-*/=$%#"], StringSplitOptions.RemoveEmptyEntries);
        var best = _smallWords.Select(language => (language.Name, Count: words.Count(language.Words.Contains))).MaxBy(pair => pair.Count);
        return best.Count >= LeastWords || (best.Count > 0 && best.Count * 4 >= words.Length) ? best.Name : null;
    }
}
