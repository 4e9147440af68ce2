using System.Text;

namespace Hone.Text;

/// <summary>Shows an answer as it comes and holds back what may be the beginning of a text that ends it.</summary>
public sealed class StopTexts
{
    readonly string[] _stops;
    readonly int _longest;
    readonly StringBuilder _text = new();
    int _shown;

    public StopTexts(IReadOnlyList<string> stops)
    {
        _stops = [.. stops.Where(stop => stop.Length > 0)];
        _longest = _stops.Length == 0 ? 0 : _stops.Max(stop => stop.Length);
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

        // A stop text ends within the new piece: before, there was none.
        int from = Math.Max(0, _text.Length - _longest);
        _text.Append(piece);
        string end = _text.ToString(from, _text.Length - from);
        var (at, stop) = _stops.Select(stop => (At: end.IndexOf(stop, StringComparison.Ordinal), Stop: stop))
            .Where(found => found.At >= 0).OrderBy(found => found.At).FirstOrDefault((-1, ""));
        if (at >= 0)
        {
            FoundText = stop;
            _text.Length = from + at;
            return Advance(_text.Length);
        }

        return Advance(_text.Length - HeldBack(end));
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

    int HeldBack(string end) => _stops
        .SelectMany(stop => Enumerable.Range(1, Math.Max(0, stop.Length - 1)).Where(n => end.EndsWith(stop[..n], StringComparison.Ordinal)))
        .DefaultIfEmpty(0).Max();
}
