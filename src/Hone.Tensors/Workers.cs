using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Hone.Tensors;

/// <summary>
/// The one pool of threads. A region of tasks is dealt out to persistent threads, the caller among them, and <see cref="Run{T}"/> returns
/// when all are done. Idle threads spin for a moment and then sleep.
/// </summary>
/// <remarks>
/// The partition of work into tasks is the caller's and depends on shapes only. Each thread has a range of neighbouring tasks, so that it
/// meets what it wrote in the region before, and what comes next in memory; who is done helps the others. One caller at a time: a second
/// one waits. A region inside a task runs on that task's thread. If tasks fail, one of their exceptions reaches the caller.
/// </remarks>
public sealed unsafe class Workers : IDisposable
{
    // About 0.5 ms of spinning: longer than the serial code between two regions, shorter than a phase without any.
    const int SpinRounds = 12_000;

    [ThreadStatic]
    static bool t_inTask;

    readonly Thread[] _threads;
    readonly SemaphoreSlim[] _wake;
    readonly int[] _asleep;
    readonly TaskRange[] _ranges;
    readonly Lock _caller = new();
    readonly Lock _turn = new();
    int _turnsWanted;
    Shared _shared;
    Exception? _failure;
    volatile bool _disposed;

    public Workers(int count)
    {
        Count = Math.Max(1, count);
        _threads = new Thread[Count - 1];
        _wake = new SemaphoreSlim[Count - 1];
        _asleep = new int[(Count - 1) * 16];
        _ranges = new TaskRange[Count];
        for (int i = 0; i < _threads.Length; i++)
        {
            int index = i;
            _wake[i] = new SemaphoreSlim(0);
            _threads[i] = new Thread(() => Loop(index)) { IsBackground = true, Name = $"hone worker {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>The pool of this process: <c>HONE_THREADS</c> threads, or one for each processor it may use.</summary>
    public static Workers Default { get; set; } = new(DefaultCount());

    /// <summary>Threads that work on a region, the caller included.</summary>
    public int Count { get; }

    /// <summary>Runs every task of <paramref name="region"/> and returns when the last has ended.</summary>
    public void Run<TRegion>(int tasks, ref TRegion region)
        where TRegion : struct, IRegion
    {
        if (_threads.Length > 0 && tasks > 1 && !t_inTask && !_disposed)
        {
            RunTogether(tasks, region);
            return;
        }

        for (int task = 0; task < tasks; task++)
        {
            region.Run(task);
        }
    }

    /// <summary>
    /// Keeps the pool for the calling thread until it is disposed, by the same thread: for short work that shall not wait behind each region
    /// of a longer one. It begins when the region that runs now has ended, before any other caller's next one.
    /// </summary>
    public IDisposable TakeTurn() => new Turn(this);

    public void Dispose()
    {
        _disposed = true;
        foreach (var semaphore in _wake)
        {
            semaphore.Release();
        }
    }

    static int DefaultCount() =>
        int.TryParse(Environment.GetEnvironmentVariable("HONE_THREADS"), out int count) && count > 0
            ? count
            : Environment.ProcessorCount;

    // The copy of the region lies on this stack until its last task has ended, so its address is stable.
    void RunTogether<TRegion>(int tasks, TRegion region)
        where TRegion : struct, IRegion
    {
        if (Volatile.Read(ref _turnsWanted) > 0 && !_caller.IsHeldByCurrentThread)
        {
            lock (_turn)
            {
                // Whoever has the turn is done with it.
            }
        }

        lock (_caller)
        {
            Publish(tasks, Unsafe.AsPointer(ref region), &Invoke<TRegion>);
            t_inTask = true;
            Work(0);
            t_inTask = false;
            WaitForOthers();
            if (Interlocked.Exchange(ref _failure, null) is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }

    static void Invoke<TRegion>(void* region, int task)
        where TRegion : struct, IRegion => Unsafe.AsRef<TRegion>(region).Run(task);

    // Nobody can take a task of the former region, so nobody reads these fields until the tickets appear.
    void Publish(int tasks, void* region, delegate*<void*, int, void> invoke)
    {
        _shared.Region = region;
        _shared.Invoke = invoke;
        _shared.Unfinished = tasks;
        int number = _shared.Number + 1, ranges = Math.Min(Count, tasks);
        for (int i = 0, start = 0; i < ranges; i++)
        {
            int end = (int)((long)(i + 1) * tasks / ranges);
            _ranges[i].End = end;
            Volatile.Write(ref _ranges[i].Tickets, ((long)number << 32) | (uint)(end - start));
            start = end;
        }

        Interlocked.Exchange(ref _shared.Number, number);
        for (int i = 0; i < ranges - 1; i++)
        {
            if (Volatile.Read(ref _asleep[i * 16]) == 1 && Interlocked.Exchange(ref _asleep[i * 16], 0) == 1)
            {
                _wake[i].Release();
            }
        }
    }

    void Work(int own)
    {
        int finished = 0;
        while (TryTake(own, out var task))
        {
            try
            {
                task.Invoke(task.Region, task.Index);
            }
            catch (Exception failure)
            {
                Interlocked.CompareExchange(ref _failure, failure, null);
            }

            finished++;
        }

        if (finished > 0)
        {
            Interlocked.Add(ref _shared.Unfinished, -finished);
        }
    }

    // The range that is one's own, then what is left of the others.
    bool TryTake(int own, out Taken task)
    {
        for (int i = own; i < own + Count; i++)
        {
            if (TryTake(ref _ranges[i < Count ? i : i - Count], out task))
            {
                return true;
            }
        }

        task = default;
        return false;
    }

    // What is read between the two looks at the tickets belongs to their region if they did not change; else it is dropped.
    // So a thread that comes late, or is held up here, neither delays nor disturbs anyone.
    bool TryTake(ref TaskRange range, out Taken task)
    {
        while (true)
        {
            long tickets = Volatile.Read(ref range.Tickets);
            task = new Taken(_shared.Region, _shared.Invoke, range.End - (int)tickets);
            if ((int)tickets == 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref range.Tickets, tickets - 1, tickets) == tickets)
            {
                return true;
            }
        }
    }

    void Loop(int index)
    {
        ThreadPinning.TryPin(index + 1, Count);
        t_inTask = true;
        for (int seen = 0; !_disposed;)
        {
            WaitForRegion(index, seen);
            seen = Volatile.Read(ref _shared.Number);
            Work(index + 1);
        }
    }

    // Returns when there is, or was, a region after that one.
    void WaitForRegion(int index, int seen)
    {
        for (int spins = 0; spins < SpinRounds && !_disposed; spins++)
        {
            if (Volatile.Read(ref _shared.Number) != seen)
            {
                return;
            }

            Thread.SpinWait(1);
        }

        Interlocked.Exchange(ref _asleep[index * 16], 1);
        bool nothingCame = Volatile.Read(ref _shared.Number) == seen;
        if (nothingCame || Interlocked.Exchange(ref _asleep[index * 16], 0) == 0)
        {
            // Whoever publishes next sees the flag, or has seen it and releases us.
            _wake[index].Wait();
        }
    }

    // A machine with other load may have taken the other thread's processor: give this one back now and then.
    void WaitForOthers()
    {
        for (int spins = 1; Volatile.Read(ref _shared.Unfinished) > 0; spins++)
        {
            if (spins % 256 == 0)
            {
                Thread.Yield();
            }
            else
            {
                Thread.SpinWait(1);
            }
        }
    }

    sealed class Turn : IDisposable
    {
        readonly Workers _workers;

        public Turn(Workers workers)
        {
            _workers = workers;
            Interlocked.Increment(ref workers._turnsWanted);
            workers._turn.Enter();
            workers._caller.Enter();
        }

        public void Dispose()
        {
            Interlocked.Decrement(ref _workers._turnsWanted);
            _workers._caller.Exit();
            _workers._turn.Exit();
        }
    }

    readonly struct Taken(void* region, delegate*<void*, int, void> invoke, int index)
    {
        public readonly void* Region = region;
        public readonly delegate*<void*, int, void> Invoke = invoke;
        public readonly int Index = index;
    }

    [StructLayout(LayoutKind.Explicit, Size = 320)]
    struct Shared
    {
        [FieldOffset(64)] public void* Region;
        [FieldOffset(72)] public delegate*<void*, int, void> Invoke;
        [FieldOffset(128)] public int Number;
        [FieldOffset(192)] public int Unfinished;
    }

    // Tickets: the region's number in the upper half, tasks of the range that nobody took in the lower. The last task is End - 1.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    struct TaskRange
    {
        [FieldOffset(64)] public long Tickets;
        [FieldOffset(72)] public int End;
    }
}
