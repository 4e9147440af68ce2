using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Hone.Grading.Workers;

/// <summary>Processes below one, as Linux tells them in /proc. Elsewhere there is nothing to see.</summary>
static partial class ProcessTree
{
    const int SigKill = 9;

    /// <summary>How many processes there are, and the memory that they have in use together.</summary>
    public static (int Processes, long Bytes) Measure(int root)
    {
        int processes = 0;
        long bytes = 0;
        foreach (int id in Walk(root))
        {
            processes++;
            bytes += ResidentBytes(id);
        }

        return (processes, bytes);
    }

    /// <summary>Ends a process, its group, what is below it, and what carries its mark. Nobody is asked.</summary>
    /// <param name="mark">A variable <c>NAME=value</c> of the environment; null where nothing can have left the tree.</param>
    public static void Kill(int root, string? mark)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int[] below = [.. Walk(root)];
        _ = SendSignal(-root, SigKill);
        foreach (int id in below)
        {
            _ = SendSignal(id, SigKill);
        }

        // A process that starts others while it is looked for shows up in the next round.
        for (int round = 0; mark is not null && round < 20; round++)
        {
            int[] marked = [.. Marked(mark)];
            foreach (int id in marked)
            {
                _ = SendSignal(id, SigKill);
            }

            if (marked.Length == 0)
            {
                return;
            }
        }
    }

    static IEnumerable<int> Walk(int root)
    {
        var open = new Stack<int>([root]);
        var seen = new HashSet<int>();
        while (open.TryPop(out int id))
        {
            if (!seen.Add(id) || !Directory.Exists($"/proc/{id}"))
            {
                continue;
            }

            yield return id;
            foreach (int child in Children(id))
            {
                open.Push(child);
            }
        }
    }

    // Each thread has a list of the processes that it started.
    static IEnumerable<int> Children(int id)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{id}/task")
                .SelectMany(thread => File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(int.Parse)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static long ResidentBytes(int id)
    {
        try
        {
            string[] pages = File.ReadAllText($"/proc/{id}/statm").Split(' ');
            return pages.Length > 1 ? long.Parse(pages[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Processes with this in their environment.</summary>
    public static IEnumerable<int> Marked(string mark)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(mark);
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int id) && id != Environment.ProcessId && Has(folder, wanted))
            {
                yield return id;
            }
        }
    }

    static bool Has(string folder, byte[] mark)
    {
        try
        {
            return File.ReadAllBytes($"{folder}/environ").AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int id, int signal);
}
