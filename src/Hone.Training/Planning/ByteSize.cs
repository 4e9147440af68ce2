using System.Globalization;

namespace Hone.Training.Planning;

/// <summary>Bytes as people write them: "6GB" (10⁹), "6GiB" (2³⁰), "800 MB", or a plain number.</summary>
public static class ByteSize
{
    static readonly (string Unit, double Bytes)[] _units =
    [
        ("TiB", 1L << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
        ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3), ("B", 1), ("", 1),
    ];

    /// <summary>The number of bytes, or null if the text is none.</summary>
    public static long? Parse(string text)
    {
        text = text.Trim();
        foreach (var (unit, bytes) in _units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out double number)
                && number * bytes <= long.MaxValue / 2)
            {
                return (long)(number * bytes);
            }
        }

        return null;
    }

    /// <summary>With two significant digits or a whole number: "850 MB", "6.2 GB".</summary>
    public static string Text(long bytes) => bytes switch
    {
        >= 100_000_000_000 => $"{bytes / 1e9:F0} GB",
        >= 1_000_000_000 => $"{bytes / 1e9:F1} GB",
        >= 10_000_000 => $"{bytes / 1e6:F0} MB",
        _ => $"{bytes / 1e6:F1} MB",
    };
}
