using System.Globalization;

namespace Hone.Cli;

/// <summary>Lengths of time on the command line: a number and m, h or d.</summary>
static class Duration
{
    const int MostDays = 3650;

    /// <exception cref="CommandException">The text is none.</exception>
    public static TimeSpan Parse(string option, string text)
    {
        double minutes = text.LastOrDefault() switch { 'm' => 1, 'h' => 60, 'd' => 60 * 24, _ => 0 };
        bool isNumber = double.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        return minutes > 0 && isNumber && number * minutes <= TimeSpan.FromDays(MostDays).TotalMinutes
            ? TimeSpan.FromMinutes(number * minutes)
            : throw new CommandException($"{option} is {text}, but needs a number and m, h or d, such as 90m, 24h or 30d; at most {MostDays}d.");
    }
}
