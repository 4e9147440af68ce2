namespace Hone.Training;

/// <summary>The sentences for a number that lies outside its range.</summary>
static class SettingsRange
{
    public static IEnumerable<string> AtLeast(string name, int value, int least, string? why = null)
    {
        if (value < least)
        {
            yield return $"{name} is {value}, but needs {least} or more{(why is null ? "" : ": " + why)}.";
        }
    }

    public static IEnumerable<string> Between(string name, double value, double low, double high, bool openLow = false)
    {
        if (!(openLow ? value > low : value >= low) || !(value <= high) || double.IsInfinity(value))
        {
            string from = openLow ? $"above {low}" : $"{low} or more";
            yield return high >= float.MaxValue
                ? $"{name} is {value}, but needs to be {from}."
                : $"{name} is {value}, but needs to be {from} and at most {high}.";
        }
    }
}
