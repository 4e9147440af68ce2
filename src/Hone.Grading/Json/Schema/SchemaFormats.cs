using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Hone.Grading.Json.Schema;

/// <summary>What the common formats ask of a text. Formats that are not listed ask nothing.</summary>
static partial class SchemaFormats
{
    public static IReadOnlyDictionary<string, Func<string, bool>> All { get; } = new Dictionary<string, Func<string, bool>>
    {
        ["date-time"] = IsDateTime,
        ["date"] = IsDate,
        ["time"] = IsTime,
        ["duration"] = text => Duration().IsMatch(text),
        ["email"] = text => IsEmail(text, asciiOnly: true),
        ["idn-email"] = text => IsEmail(text, asciiOnly: false),
        ["hostname"] = IsHost,
        ["ipv4"] = text => Ipv4().IsMatch(text),
        ["ipv6"] = text => text.AsSpan().IndexOfAny("%[]") < 0 && IPAddress.TryParse(text, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6,
        ["uri"] = text => IsUriText(text) && Scheme().IsMatch(text) && Uri.TryCreate(text, UriKind.Absolute, out _),
        ["uri-reference"] = text => IsUriText(text) && Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _),
        ["uuid"] = text => Uuid().IsMatch(text),
        ["json-pointer"] = text => Pointer().IsMatch(text),
        ["relative-json-pointer"] = text => RelativePointer().IsMatch(text),
        ["regex"] = text => SchemaPattern.Read(text, out _) is not null,
    };

    static bool IsDateTime(string text)
    {
        int split = text.IndexOfAny(['T', 't']);
        return split > 0 && IsDate(text[..split]) && IsTime(text[(split + 1)..]);
    }

    static bool IsDate(string text) =>
        Date().IsMatch(text) && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    // A leap second is the last of a day in UTC.
    static bool IsTime(string text)
    {
        if (Time().Match(text) is not { Success: true } match)
        {
            return false;
        }

        int hour = Number(match, 1), minute = Number(match, 2), second = Number(match, 3);
        int offset = match.Groups[4].Success ? (match.Groups[4].Value == "-" ? -1 : 1) * ((Number(match, 5) * 60) + Number(match, 6)) : 0;
        int utc = ((hour * 60) + minute - offset + (2 * 24 * 60)) % (24 * 60);
        bool inRange = hour < 24 && minute < 60 && Number(match, 5) < 24 && Number(match, 6) < 60;
        return inRange && (second < 60 || (second == 60 && utc == (24 * 60) - 1));
    }

    static int Number(Match match, int group) => match.Groups[group].Success ? int.Parse(match.Groups[group].Value) : 0;

    static bool IsEmail(string text, bool asciiOnly)
    {
        int at = text.LastIndexOf('@');
        return at > 0 && LocalPart().IsMatch(text[..at]) && (!asciiOnly || text.All(char.IsAscii))
            && (asciiOnly ? IsHost(text[(at + 1)..]) || IsAddressLiteral(text[(at + 1)..]) : Host().IsMatch(text[(at + 1)..]));
    }

    static bool IsAddressLiteral(string text) =>
        text is ['[', .., ']'] && (All["ipv4"](text[1..^1])
            || (text.StartsWith("[IPv6:", StringComparison.OrdinalIgnoreCase) && All["ipv6"](text[6..^1])));

    static bool IsHost(string text) => text.Length is > 0 and <= 253 && text.All(char.IsAscii) && Host().IsMatch(text);

    static bool IsUriText(string text) => UriText().IsMatch(text);

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z")]
    private static partial Regex Date();

    [GeneratedRegex(@"^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[zZ]|([+-])([0-9]{2}):([0-9]{2}))\z")]
    private static partial Regex Time();

    [GeneratedRegex(@"^P(?:[0-9]+W|(?=[0-9T])(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))?)\z")]
    private static partial Regex Duration();

    [GeneratedRegex(@"^(?:[^\s""(),:;<>@\[\\\].]+(?:\.[^\s""(),:;<>@\[\\\].]+)*|""(?:[^""\\\r\n]|\\.)*"")\z")]
    private static partial Regex LocalPart();

    [GeneratedRegex(@"^(?!-)[\p{L}\p{N}-]{1,63}(?<!-)(?:\.(?!-)[\p{L}\p{N}-]{1,63}(?<!-))*\z")]
    private static partial Regex Host();

    [GeneratedRegex(@"^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!\z)|\z)){4}\z")]
    private static partial Regex Ipv4();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.-]*:")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*\z")]
    private static partial Regex UriText();

    [GeneratedRegex(@"^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\z")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"^(?:/(?:[^~/]|~[01])*)*\z")]
    private static partial Regex Pointer();

    [GeneratedRegex(@"^(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^~/]|~[01])*)*)\z")]
    private static partial Regex RelativePointer();
}
