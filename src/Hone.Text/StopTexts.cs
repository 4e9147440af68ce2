using System.Text;

namespace Hone.Text;

/// <summary>Shows an answer as it comes and holds back what may be the beginning of a text that ends it.</summary>
/// <remarks>A character costs the same whatever the lengths of the stop texts (Knuth, Morris and Pratt): this runs between two steps of a model.</remarks>
public sealed class StopTexts
{
    readonly string[] _stops;
    readonly int[][] _borders;
    readonly int[] _matched;
    readonly StringBuilder _text = new();
    int _shown;

    public StopTexts(IReadOnlyList<string> stops)
    {
        _stops = [.. stops.Where(stop => stop.Length > 0)];
        _borders = [.. _stops.Select(Borders)];
        _matched = new int[_stops.Length];
    }

    /// <summary>A stop text has come; the answer ends before it.</summary>
    public bool Found => FoundText is not null;

    /// <summary>The stop text that has come.</summary>
    public string? FoundText { get; private set; }

    /// <summary>Characters that were shown.</summary>
    public int Shown => _shown;

    public string Text => _text.ToString();

    /// <summary>Takes the next piece of the answer; returns what can be shown.</summary>
    public string Show(string piece)
    {
        if (Found)
        {
            return "";
        }

        int before = _text.Length, first = int.MaxValue;
        _text.Append(piece);
        for (int i = 0; i < _stops.Length; i++)
        {
            // The one that begins first ends the answer; of two, the one that was named first.
            if (EndIn(piece, i) is { } end && before + end - _stops[i].Length < first)
            {
                (first, FoundText) = (before + end - _stops[i].Length, _stops[i]);
            }
        }

        if (Found)
        {
            _text.Length = first;
            return Advance(first);
        }

        return Advance(_text.Length - (_matched.Length == 0 ? 0 : _matched.Max()));
    }

    /// <summary>The answer is over: what was held back, and its last piece.</summary>
    public string Rest(string piece)
    {
        string shown = Show(piece);
        return shown + Advance(_text.Length);
    }

    string Advance(int to)
    {
        string shown = to > _shown ? _text.ToString(_shown, to - _shown) : "";
        _shown = Math.Max(_shown, to);
        return shown;
    }

    // Where in the piece the stop text ends for the first time. What is matched at the end is the longest beginning of it that the text ends with.
    int? EndIn(string piece, int stop)
    {
        string text = _stops[stop];
        int matched = _matched[stop];
        for (int at = 0; at < piece.Length; at++)
        {
            matched = Next(text, _borders[stop], matched, piece[at]);
            if (matched == text.Length)
            {
                return at + 1;
            }
        }

        _matched[stop] = matched;
        return null;
    }

    // Of each beginning of the text: how long a shorter beginning is that it ends with.
    static int[] Borders(string text)
    {
        int[] borders = new int[text.Length];
        for (int i = 1; i < text.Length; i++)
        {
            borders[i] = Next(text, borders, borders[i - 1], text[i]);
        }

        return borders;
    }

    static int Next(string text, int[] borders, int matched, char next)
    {
        while (matched > 0 && text[matched] != next)
        {
            matched = borders[matched - 1];
        }

        return text[matched] == next ? matched + 1 : 0;
    }
}
