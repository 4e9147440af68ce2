using System.Runtime.CompilerServices;

namespace Hone.Text.Jinja;

/// <summary>HTML escaping. A text that is safe already is known by its identity: whatever is made from it is a new text and not safe.</summary>
static class Escaping
{
    static readonly ConditionalWeakTable<string, object> _safe = [];

    public static bool IsSafe(object? value) => value is string text && _safe.TryGetValue(text, out _);

    /// <summary>The text as one that is not escaped again.</summary>
    public static string Safe(string text)
    {
        if (text.Length == 0 || IsSafe(text))
        {
            return text;
        }

        string copy = new(text);
        _safe.Add(copy, copy);
        return copy;
    }

    /// <summary>The value's text, escaped unless it is safe, as one that is.</summary>
    public static string SafeEscape(object? value) => IsSafe(value) ? (string)value! : Safe(Escape(Printing.Show(value)));

    public static string Escape(string text)
    {
        var escaped = new BoundedText();
        foreach (char c in text)
        {
            escaped.Append(c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '\'' => "&#39;",
                '"' => "&#34;",
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }
}
