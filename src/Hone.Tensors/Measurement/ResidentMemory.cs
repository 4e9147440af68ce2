namespace Hone.Tensors.Measurement;

/// <summary>Memory of this process as the kernel counts it. Linux only: elsewhere the peak is unknown.</summary>
public static class ResidentMemory
{
    /// <summary>Forgets the peak, so that the next one is of what follows. False where the system does not let us.</summary>
    public static bool ResetPeak()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Largest resident set since the start or the last <see cref="ResetPeak"/>, in bytes.</summary>
    public static long? Peak => Field("VmHWM:");

    /// <summary>The resident set, in bytes.</summary>
    public static long? Current => Field("VmRSS:");

    static long? Field(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? null : long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }
}
