using System.Globalization;

namespace Hone.Text.Jinja;

/// <summary>strftime in the C locale, with glibc's flags: %-d, %_d, %02d's kin and %^B.</summary>
static class TimeFormat
{
    public static string Apply(string format, DateTime time)
    {
        var text = new BoundedText();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            bool flagged = "-_0^#".Contains(format[i + 1]) && i + 2 < format.Length;
            char flag = flagged ? format[++i] : '\0';
            char letter = format[++i];
            text.Append(Field(letter, time) is { } field ? Flagged(field, flag) : flagged ? $"%{flag}{letter}" : $"%{letter}");
        }

        return text.ToString();
    }

    static string Flagged(string field, char flag) => flag switch
    {
        '-' => field.TrimStart('0', ' ') is { Length: > 0 } rest ? rest : "0",
        '_' => field.TrimStart('0') is { Length: > 0 } rest ? rest.PadLeft(field.Length) : "0".PadLeft(field.Length),
        '0' => field.Replace(' ', '0'),
        '^' or '#' => field.ToUpperInvariant(),
        _ => field,
    };

    static string? Field(char letter, DateTime time) => letter switch
    {
        'e' => $"{time.Day,2}",
        'k' => $"{time.Hour,2}",
        'l' => $"{(time.Hour + 11) % 12 + 1,2}",
        'j' => $"{time.DayOfYear:000}",
        'C' => $"{time.Year / 100:00}",
        'u' => $"{((int)time.DayOfWeek + 6) % 7 + 1}",
        'w' => $"{(int)time.DayOfWeek}",
        'U' => $"{(time.DayOfYear + 6 - (int)time.DayOfWeek) / 7:00}",
        'W' => $"{(time.DayOfYear + 6 - ((int)time.DayOfWeek + 6) % 7) / 7:00}",
        'V' => $"{ISOWeek.GetWeekOfYear(time):00}",
        'G' => $"{ISOWeek.GetYear(time)}",
        'g' => $"{ISOWeek.GetYear(time) % 100:00}",
        'f' => $"{time.Ticks % TimeSpan.TicksPerSecond / 10:000000}",
        's' => new DateTimeOffset(time).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        // A date without a zone has no name and no offset of one.
        'z' or 'Z' => "",
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        'c' => Apply("%a %b %e %H:%M:%S %Y", time),
        'r' => Apply("%I:%M:%S %p", time),
        _ => _fields.TryGetValue(letter, out string? dotnet) ? time.ToString(dotnet, CultureInfo.InvariantCulture) : null,
    };

    static readonly Dictionary<char, string> _fields = new()
    {
        ['Y'] = "yyyy",
        ['y'] = "yy",
        ['m'] = "MM",
        ['d'] = "dd",
        ['B'] = "MMMM",
        ['b'] = "MMM",
        ['h'] = "MMM",
        ['A'] = "dddd",
        ['a'] = "ddd",
        ['H'] = "HH",
        ['I'] = "hh",
        ['M'] = "mm",
        ['S'] = "ss",
        ['p'] = "tt",
        ['F'] = "yyyy-MM-dd",
        ['D'] = "MM'/'dd'/'yy",
        ['x'] = "MM'/'dd'/'yy",
        ['X'] = "HH:mm:ss",
        ['T'] = "HH:mm:ss",
        ['R'] = "HH:mm",
    };
}
