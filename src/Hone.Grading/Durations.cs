using System.Globalization;
using System.Text.Json;

namespace Hone.Grading;

/// <summary>Lengths of time in settings: <c>"500ms"</c>, <c>"30s"</c>, <c>"2m"</c>, <c>"1h"</c>, or a number of seconds.</summary>
static class Durations
{
    static readonly (string Unit, double Seconds)[] _units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];

    /// <summary>The length of time below a key, from a millisecond to <paramref name="most"/>.</summary>
    public static TimeSpan Duration(this GraderForm form, string key, TimeSpan otherwise, TimeSpan most)
    {
        if (form.Any(key) is not { } value)
        {
            return otherwise;
        }

        if (Seconds(value) is { } seconds && seconds >= 0.001 && seconds <= most.TotalSeconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        form.Problem($"{form.Path}.{key} is {form.Show(key)}, but needs to be a length of time up to {most.TotalSeconds:0} s, such as \"30s\", \"500ms\" or \"2m\".");
        return otherwise;
    }

    static double? Seconds(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => Seconds(value.GetString()!.Trim()),
        _ => null,
    };

    static double? Seconds(string text)
    {
        foreach (var (unit, seconds) in _units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count))
            {
                return count * seconds;
            }
        }

        return null;
    }
}
