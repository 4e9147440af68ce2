using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hone.Tensors;

/// <summary>
/// The one pool of threads. A region of tasks is dealt out to persistent threads, the caller among them, and <see cref="Run{T}"/> returns
/// when all are done. Idle threads spin for a moment and then sleep.
/// </summary>
/// <remarks>
/// The partition of work into tasks is the caller's and depends on shapes only; threads take tasks in any order.
/// One caller at a time: a second one waits. A region must not start another region.
/// </remarks>
public sealed unsafe class Workers : IDisposable
{
    // About 0.5 ms of spinning: longer than the serial code between two regions, shorter than a phase without any.
    const int SpinRounds = 12_000;

    readonly Thread[] _threads;
    readonly SemaphoreSlim[] _wake;
    readonly int[] _asleep;
    readonly Lock _caller = new();
    Shared _shared;
    volatile Exception? _failure;
    volatile bool _disposed;

    public Workers(int count)
    {
        Count = Math.Max(1, count);
        _threads = new Thread[Count - 1];
        _wake = new SemaphoreSlim[Count - 1];
        _asleep = new int[(Count - 1) * 16];
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
        if (_threads.Length == 0 || tasks <= 1)
        {
            for (int task = 0; task < tasks; task++)
            {
                region.Run(task);
            }

            return;
        }

        lock (_caller)
        {
            // The region stays on this stack until every thread has left it, so its address is stable.
            Publish(tasks, Unsafe.AsPointer(ref region), &Invoke<TRegion>);
            Work();
            WaitForOthers();
        }

        if (_failure is { } failure)
        {
            _failure = null;
            throw new InvalidOperationException("A region of parallel work failed.", failure);
        }
    }

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

    static void Invoke<TRegion>(void* region, int task)
        where TRegion : struct, IRegion => Unsafe.AsRef<TRegion>(region).Run(task);

    void Publish(int tasks, void* region, delegate*<void*, int, void> invoke)
    {
        _shared.Region = region;
        _shared.Invoke = invoke;
        _shared.Tasks = tasks;
        Volatile.Write(ref _shared.Done, 0);
        Volatile.Write(ref _shared.Next, 0);
        Interlocked.Increment(ref _shared.Epoch);
        for (int i = 0; i < _threads.Length; i++)
        {
            if (Volatile.Read(ref _asleep[i * 16]) == 1 && Interlocked.Exchange(ref _asleep[i * 16], 0) == 1)
            {
                _wake[i].Release();
            }
        }
    }

    void Work()
    {
        int task;
        while ((task = Interlocked.Increment(ref _shared.Next) - 1) < _shared.Tasks)
        {
            try
            {
                _shared.Invoke(_shared.Region, task);
            }
            catch (Exception failure)
            {
                _failure = failure;
            }
        }
    }

    void WaitForOthers()
    {
        int spins = 0;
        while (Volatile.Read(ref _shared.Done) < _threads.Length)
        {
            Wait(ref spins);
        }
    }

    void Loop(int index)
    {
        int seen = 0;
        while (true)
        {
            seen = WaitForEpoch(index, seen);
            if (_disposed)
            {
                return;
            }

            Work();
            Interlocked.Increment(ref _shared.Done);
        }
    }

    int WaitForEpoch(int index, int seen)
    {
        for (int spins = 0; spins < SpinRounds && !_disposed; spins++)
        {
            int epoch = Volatile.Read(ref _shared.Epoch);
            if (epoch != seen)
            {
                return epoch;
            }

            Thread.SpinWait(1);
        }

        Interlocked.Exchange(ref _asleep[index * 16], 1);
        if (Volatile.Read(ref _shared.Epoch) == seen || Interlocked.Exchange(ref _asleep[index * 16], 0) == 0)
        {
            // Either nothing was published, or the publisher saw the flag and releases us.
            _wake[index].Wait();
        }

        return Volatile.Read(ref _shared.Epoch);
    }

    // A machine with other load may have taken the other thread's processor: give it back now and then.
    static void Wait(ref int spins)
    {
        if (++spins % 4096 == 0)
        {
            Thread.Yield();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 320)]
    struct Shared
    {
        [FieldOffset(64)] public int Epoch;
        [FieldOffset(72)] public int Tasks;
        [FieldOffset(80)] public void* Region;
        [FieldOffset(88)] public delegate*<void*, int, void> Invoke;
        [FieldOffset(128)] public int Next;
        [FieldOffset(192)] public int Done;
    }
}
