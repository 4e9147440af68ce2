using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Hone.Jobs.Reports;

/// <summary>Text that is HTML. Everything that is filled into <see cref="Of"/> is encoded, unless it is HTML itself.</summary>
readonly record struct Html(string Text)
{
    public static Html Empty { get; } = new("");

    public static Html Of(HtmlHandler html) => html.Done();

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.Text)));

    public override string ToString() => Text;
}

/// <summary>Builds <see cref="Html"/> from an interpolated string.</summary>
[InterpolatedStringHandler]
readonly ref struct HtmlHandler(int literalLength, int formattedCount)
{
    readonly StringBuilder _text = new(literalLength + 16 * formattedCount);

    public void AppendLiteral(string html) => _text.Append(html);

    public void AppendFormatted(Html html) => _text.Append(html.Text);

    public void AppendFormatted(IEnumerable<Html> parts) => _text.AppendJoin("", parts);

    public void AppendFormatted(string? text) => _text.Append(Encode(text ?? ""));

    public void AppendFormatted<T>(T value, string? format = null)
        where T : struct, IFormattable => AppendFormatted(value.ToString(format, null));

    public Html Done() => new(_text.ToString());

    // Control characters are no HTML; they are shown as their pictures (␀, ␛ …).
    static string Encode(string text)
    {
        string visible = string.Concat(text.Select(c => c is < ' ' and not ('\n' or '\t') ? (char)('\u2400' + c) : c == '\u007F' ? '\u2421' : c));
        return WebUtility.HtmlEncode(visible);
    }
}
