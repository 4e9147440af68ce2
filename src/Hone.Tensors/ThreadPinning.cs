using System.Runtime.InteropServices;

namespace Hone.Tensors;

/// <summary>
/// Ties worker threads to processors of their own, inside the mask that this process is allowed: a worker that wakes up on the caller's
/// processor costs milliseconds. Linux only, and not on a machine that others are using: a pinned thread cannot step aside.
/// </summary>
static unsafe partial class ThreadPinning
{
    // Bits of the largest mask that is asked for: 1,024 processors.
    const int MaskBytes = 128;

    static readonly int[] _processors = AllowedProcessors();

    /// <summary>Pins the calling thread to the <paramref name="index"/>-th allowed processor, when all <paramref name="threads"/> fit and the machine is quiet.</summary>
    public static bool TryPin(int index, int threads)
    {
        if (threads > _processors.Length || index >= _processors.Length || IsShared())
        {
            return false;
        }

        byte* mask = stackalloc byte[MaskBytes];
        new Span<byte>(mask, MaskBytes).Clear();
        mask[_processors[index] / 8] |= (byte)(1 << (_processors[index] % 8));
        return SetAffinity(0, MaskBytes, mask) == 0;
    }

    static int[] AllowedProcessors()
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        byte* mask = stackalloc byte[MaskBytes];
        new Span<byte>(mask, MaskBytes).Clear();
        if (GetAffinity(0, MaskBytes, mask) < 0)
        {
            return [];
        }

        List<int> processors = [];
        for (int i = 0; i < MaskBytes * 8; i++)
        {
            if ((mask[i / 8] & (1 << (i % 8))) != 0)
            {
                processors.Add(i);
            }
        }

        return [.. processors];
    }

    // More than half a processor's worth of other work over the last minute.
    static bool IsShared()
    {
        try
        {
            string text = File.ReadAllText("/proc/loadavg");
            return !double.TryParse(text.AsSpan(0, text.IndexOf(' ')), out double load) || load > 0.5;
        }
        catch (IOException)
        {
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nint bytes, byte* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint bytes, byte* mask);
}
