using System.Globalization;

namespace Hone.Grading.Workers;

/// <summary>Processes and threads of this user, where the system bounds their sum and not a worker's part of it.</summary>
static class TaskCount
{
    // What the user starts beside Hone during a worker's life.
    const int Reserve = 1024;

    // So many workers in a row have numbers of their own.
    const int Numbers = 512;

    const long KnownForMilliseconds = 10_000;

    static readonly Lock _gate = new();
    static long _countedAt;
    static int _count;
    static int _worker;

    /// <summary>What there is now, a reserve, and the room of one worker: a number that tells this worker from others.</summary>
    public static int Room(int tasks)
    {
        if (!OperatingSystem.IsLinux())
        {
            return tasks;
        }

        lock (_gate)
        {
            if (_count == 0 || Environment.TickCount64 - _countedAt > KnownForMilliseconds)
            {
                (_count, _countedAt) = (Count(), Environment.TickCount64);
            }

            return _count + Reserve + tasks + _worker++ % Numbers;
        }
    }

    static int Count()
    {
        string own = ProcessStatus.Line(Environment.ProcessId, "Uid:")!;
        return ProcessStatus.All().Where(id => ProcessStatus.Line(id, "Uid:") == own)
            .Sum(id => int.TryParse(ProcessStatus.Line(id, "Threads:"), CultureInfo.InvariantCulture, out int threads) ? threads : 0);
    }
}
