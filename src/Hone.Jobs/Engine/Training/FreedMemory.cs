using System.Runtime.InteropServices;

namespace Hone.Jobs.Engine.Training;

/// <summary>Gives back to the system what a run has freed: glibc keeps the pages of small blocks, and each run would leave holes of its own.</summary>
static partial class FreedMemory
{
    public static void GiveBack()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = Trim(0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, which has no such call.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);
}
