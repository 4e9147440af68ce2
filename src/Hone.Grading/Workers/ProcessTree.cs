using System.Runtime.InteropServices;

namespace Hone.Grading.Workers;

/// <summary>The processes of a worker, as Linux tells them in /proc: its first one, what is below it, and what left it. Elsewhere there is nothing to see.</summary>
/// <remarks>What leaves its parents comes to this process, which adopts orphans, and is known by what no program can take off: the user that only
/// this worker is, or the limit of processes, which can be lowered but not raised.</remarks>
sealed partial class ProcessTree
{
    const int SigKill = 9, SigStop = 19, AdoptOrphans = 36, SetDumpable = 4, DoNotWait = 1;
    const int PatienceMilliseconds = 5000;

    static readonly Lock _gate = new();
    static readonly List<ProcessTree> _all = [];
    static readonly int? _ownMostTasks = OperatingSystem.IsLinux() ? ProcessStatus.MostTasks(Environment.ProcessId) : null;

    readonly int _root;
    readonly WorkerPlace _place;
    readonly bool _endsWithItsRoot;

    public ProcessTree(int root, WorkerPlace place, bool endsWithItsRoot)
    {
        (_root, _place, _endsWithItsRoot) = (root, place, endsWithItsRoot);
        lock (_gate)
        {
            _all.Add(this);
        }
    }

    /// <summary>Makes orphans of workers come to this process. To be called before a worker starts that can leave some.</summary>
    public static void Prepare(Containment containment)
    {
        if (OperatingSystem.IsLinux() && !containment.EndsWithItsRoot)
        {
            _ = Control(AdoptOrphans, 1, 0, 0, 0);
            if (!containment.OwnUser)
            {
                // Or else the worker, being the same user, could read this process's variables and memory.
                _ = Control(SetDumpable, 0, 0, 0, 0);
            }
        }
    }

    /// <summary>How many processes there are, and the memory that they have in use together.</summary>
    public (int Processes, long Bytes) Measure()
    {
        var living = Members();
        return (living.Count, living.Sum(ProcessStatus.ResidentBytes));
    }

    /// <summary>Ends all of them. Nobody is asked.</summary>
    public void Kill()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        long end = Environment.TickCount64 + PatienceMilliseconds;
        if (_endsWithItsRoot)
        {
            var members = Members();
            Send(SigKill, [-_root, _root, .. members]);
            while (members.Any(IsLiving) && Environment.TickCount64 < end)
            {
                Thread.Sleep(1);
            }

            Bury(members);
            return;
        }

        while ((Members().Count > 0 || Orphans().Count > 0) && Environment.TickCount64 < end)
        {
            Send(SigKill, Stopped());
            Thread.Sleep(1);
        }
    }

    /// <summary>No longer told apart from others.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _all.Remove(this);
        }
    }

    // What stands still starts nothing, so that no row of processes runs ahead of those who look for it.
    HashSet<int> Stopped()
    {
        HashSet<int> stopped = [];
        for (int round = 0; round < 100; round++)
        {
            int[] found = [.. Members().Where(stopped.Add)];
            if (found.Length == 0)
            {
                break;
            }

            Send(SigStop, found);
        }

        return stopped;
    }

    static void Send(int signal, IEnumerable<int> processes)
    {
        foreach (int id in processes)
        {
            _ = SendSignal(id, signal);
        }
    }

    // Those that live.
    HashSet<int> Members()
    {
        var open = new Stack<int>([_root, .. _endsWithItsRoot ? [] : Orphans()]);
        var seen = new HashSet<int>();
        while (open.TryPop(out int id))
        {
            if (seen.Add(id))
            {
                foreach (int child in ProcessStatus.Children(id))
                {
                    open.Push(child);
                }
            }
        }

        seen.RemoveWhere(id => !IsLiving(id));
        return seen;
    }

    static bool IsLiving(int id) => ProcessStatus.Line(id, "State:") is { } state && state[0] is not ('Z' or 'X');

    List<int> Orphans()
    {
        int[] firsts;
        lock (_gate)
        {
            firsts = [.. _all.Select(tree => tree._root)];
        }

        List<int> orphans = [.. ProcessStatus.Children(Environment.ProcessId).Where(id => !firsts.Contains(id) && IsOurs(id))];
        Bury(orphans);
        return orphans;
    }

    // Where they came to this process nobody else asks how they ended, and until then they count. The first is asked by who started it.
    void Bury(IEnumerable<int> processes)
    {
        foreach (int id in processes.Where(id => id != _root))
        {
            _ = WaitFor(id, 0, DoNotWait);
        }
    }

    bool IsOurs(int id)
    {
        if (_place.User is { } user)
        {
            return ProcessStatus.Line(id, "Uid:")?.StartsWith($"{user}\t", StringComparison.Ordinal) == true;
        }

        if (ProcessStatus.MostTasks(id) is not { } most || most >= (_ownMostTasks ?? int.MaxValue))
        {
            return false;
        }

        lock (_gate)
        {
            // One that lowered its limit belongs to somebody; whoever looks first ends it.
            return most == _place.Tasks || !_all.Exists(tree => tree._place.Tasks == most);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int id, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitFor(int id, nint status, int options);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint value, nuint third, nuint fourth, nuint fifth);
}
