namespace Hone.Grading.Workers;

/// <summary>Ends workers that go beyond their limits. One thread for all of them, which lives while there are any.</summary>
static class WorkerWatch
{
    const int PollMilliseconds = 10;

    // To look at processes costs more than to look at a clock, to look at files more than that; and who does nothing is seldom looked at.
    const int PollsPerMeasure = 4, PollsPerFolder = 32, PollsPerRest = 64;

    // So many make a folder too large whatever is in them.
    const int MostFiles = 100_000;

    static readonly EnumerationOptions _everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
    static readonly Lock _gate = new();
    static readonly List<WorkerProcess> _workers = [];
    static bool _running;

    public static void Add(WorkerProcess worker)
    {
        lock (_gate)
        {
            _workers.Add(worker);
            if (!_running)
            {
                _running = true;
                new Thread(Run) { IsBackground = true, Name = "worker watch" }.Start();
            }
        }
    }

    public static void Remove(WorkerProcess worker)
    {
        lock (_gate)
        {
            _workers.Remove(worker);
        }
    }

    static void Run()
    {
        for (int poll = 0; ; poll++)
        {
            Thread.Sleep(PollMilliseconds);
            WorkerProcess[] workers;
            lock (_gate)
            {
                if (_workers.Count == 0)
                {
                    _running = false;
                    return;
                }

                workers = [.. _workers];
            }

            foreach (var worker in workers)
            {
                Check(worker, poll);
            }
        }
    }

    // To end one may take a while, in which others are watched.
    static void Check(WorkerProcess worker, int poll)
    {
        int turn = worker.Turn;
        if (worker.IsLiving && (worker.Late() ?? Excess(worker, poll)) is { } fault)
        {
            new Thread(() => worker.End(fault, turn)) { IsBackground = true, Name = "worker end" }.Start();
        }
    }

    static WorkerFault? Excess(WorkerProcess worker, int poll)
    {
        if (poll % (worker.IsBusy ? PollsPerMeasure : PollsPerRest) != 0)
        {
            return null;
        }

        var limits = worker.Limits;
        var (processes, bytes) = worker.Measure();
        return processes - worker.ProcessesAtRest > limits.Processes
            ? new(WorkerFault.Processes, $"it started more than {limits.Processes} processes.")
            : bytes > (long)limits.MemoryMegabytes << 20
            ? new(WorkerFault.Memory, $"its processes use more than {limits.MemoryMegabytes} MB.")
            : poll % PollsPerFolder == 0 && worker.UnboundedFolder is { } folder && IsOver((long)limits.TemporaryMegabytes << 20, folder, worker.User)
            ? new(WorkerFault.Output, $"its temporary files hold more than {limits.TemporaryMegabytes} MB.")
            : null;
    }

    static bool IsOver(long most, string folder, int? user)
    {
        try
        {
            int files = 0;
            var strays = user is { } known ? WorkerFolders.Strays(known).SelectMany(stray => stray is DirectoryInfo { LinkTarget: null } inner ? Everything(inner) : [stray]) : [];
            return Everything(new(folder)).Concat(strays).Any(found => ++files > MostFiles || (most -= Size(found)) < 0);
        }
        catch (PathTooLongException)
        {
            return true;
        }
        catch (IOException)
        {
            return false; // A folder that went while it was read.
        }
    }

    static IEnumerable<FileSystemInfo> Everything(DirectoryInfo folder) => folder.EnumerateFileSystemInfos("*", _everything);

    static long Size(FileSystemInfo found)
    {
        try
        {
            return found is FileInfo file ? file.Length : 0;
        }
        catch (IOException)
        {
            return 0; // It went while it was counted; those beside it are there.
        }
    }
}
