namespace Hone.Grading.Workers;

/// <summary>Ends workers that go beyond their limits. One thread for all of them, which lives while there are any.</summary>
static class WorkerWatch
{
    const int PollMilliseconds = 10;

    // To look at processes costs more than to look at a clock.
    const int PollsPerMeasure = 4;

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

                workers = [.. _workers.Where(worker => worker.IsBusy)];
            }

            foreach (var worker in workers)
            {
                Check(worker, measure: poll % PollsPerMeasure == 0);
            }
        }
    }

    static void Check(WorkerProcess worker, bool measure)
    {
        worker.EndIfLate();
        if (measure && Excess(worker) is { } fault)
        {
            worker.End(fault);
        }
    }

    static WorkerFault? Excess(WorkerProcess worker)
    {
        var limits = worker.Limits;
        var (processes, bytes) = worker.Measure();
        return processes - worker.ProcessesAtRest > limits.Processes
            ? new(WorkerFault.Processes, $"it started more than {limits.Processes} processes.")
            : bytes > (long)limits.MemoryMegabytes << 20
            ? new(WorkerFault.Memory, $"its processes use more than {limits.MemoryMegabytes} MB.")
            : worker.UnboundedFolder is { } folder && Size(folder) > (long)limits.TemporaryMegabytes << 20
            ? new(WorkerFault.Output, $"its temporary folder holds more than {limits.TemporaryMegabytes} MB.")
            : null;
    }

    static long Size(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", _everything).Sum(file => file.Length);
        }
        catch (IOException)
        {
            return 0; // A file that went while it was counted.
        }
    }
}
