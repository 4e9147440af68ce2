using System.Text;

namespace Hone.Cli;

/// <summary>Shows an answer as it comes and holds back what may be the beginning of a text that ends it.</summary>
sealed class StopTexts(IReadOnlyList<string> stops)
{
    readonly StringBuilder _text = new();
    int _shown;

    /// <summary>A stop text has come; the answer ends before it.</summary>
    public bool Found { get; private set; }

    public string Text => _text.ToString();

    /// <summary>Takes the next piece of the answer; returns what can be shown.</summary>
    public string Show(string piece)
    {
        if (Found)
        {
            return "";
        }

        _text.Append(piece);
        string text = Text;
        int end = stops.Where(stop => stop.Length > 0).Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        if (end >= 0)
        {
            Found = true;
            _text.Length = end;
            text = Text;
        }

        return Advance(text, Found ? text.Length : text.Length - HeldBack(text));
    }

    /// <summary>The answer is over: what was held back, and its last piece.</summary>
    public string Rest(string piece)
    {
        string shown = Show(piece);
        return shown + Advance(Text, _text.Length);
    }

    string Advance(string text, int to)
    {
        string shown = text[Math.Min(_shown, to)..to];
        _shown = Math.Max(_shown, to);
        return shown;
    }

    int HeldBack(string text) => stops
        .SelectMany(stop => Enumerable.Range(1, Math.Max(0, stop.Length - 1)).Where(n => text.EndsWith(stop[..n], StringComparison.Ordinal)))
        .DefaultIfEmpty(0).Max();
}
