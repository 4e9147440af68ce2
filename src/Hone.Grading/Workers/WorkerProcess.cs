using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Hone.Grading.Workers;

/// <summary>A child process that is asked one line at a time, and ended with everything it started.</summary>
/// <remarks>Its limits are watched from a thread of their own, which ends the process: whoever waits for its answer then learns why.</remarks>
sealed class WorkerProcess : IDisposable
{
    const int MostForContainment = 4;

    /// <summary>How the variable begins that all processes of this process's workers have, unless they take it off.</summary>
    public static readonly string OwnMarks = $"{WorkerEnvironment.MarkName}={Environment.ProcessId}-";

    readonly Process _process;
    readonly int _id;
    readonly Containment _containment;
    readonly WorkerPlace _place;
    readonly ProcessTree _tree;
    readonly WorkerOutput _output;
    readonly Lock _gate = new();
    WorkerFault? _fault;
    bool _ended;
    long _deadline;
    double _seconds;

    /// <exception cref="WorkerFault">It cannot be started, or did not become ready.</exception>
    public WorkerProcess(WorkerProgram program, WorkerLimits limits, Containment containment, CancellationToken stop)
    {
        (Limits, _containment) = (limits, containment);
        _output = new((long)limits.OutputMegabytes << 20, () => End(OutputFault()));
        ProcessTree.Prepare(containment);
        _place = containment.Place(limits, WorkerFolders.Create(), $"{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            _process = Process.Start(containment.Start(program, limits, _place))!;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            WorkerFolders.Delete(_place.Folder);
            throw new WorkerFault(WorkerFault.Start, $"{program.FileName} could not be started: {e.Message}");
        }

        // Asked for once: those who watch may look at a worker that was disposed meanwhile.
        _id = _process.Id;
        _tree = new(_id, _place, containment.EndsWithItsRoot);
        OrphanGuard.Add(_id, _place.User);
        _output.Read(_process.StandardOutput.BaseStream, _process.StandardError.BaseStream);
        WorkerWatch.Add(this);
        try
        {
            AwaitReady(program, stop);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public WorkerLimits Limits { get; }

    /// <summary>Calls that were made.</summary>
    public int Calls { get; private set; }

    /// <summary>Processes that there are while it does nothing: itself and what contains it.</summary>
    public int ProcessesAtRest { get; private set; } = MostForContainment;

    /// <summary>It can be asked again.</summary>
    public bool IsUsable => !_ended && !_process.HasExited;

    /// <summary>A call is in flight.</summary>
    public bool IsBusy => Volatile.Read(ref _deadline) != 0;

    /// <summary>The temporary folder, where it has to be watched: null where it is bounded.</summary>
    public string? UnboundedFolder => _containment.BoundsTemporaryFolder ? null : _place.Folder;

    /// <summary>Asks a line and waits for the answer.</summary>
    /// <param name="isAnswer">Which of the lines that come is the answer; others are passed over.</param>
    /// <param name="seconds">After these it is ended.</param>
    /// <exception cref="WorkerFault">There is none; the process is ended, or <paramref name="isAnswer"/> refused it.</exception>
    public string Ask(string line, Func<string, bool> isAnswer, double seconds, CancellationToken stop)
    {
        Calls++;
        _output.Begin();
        SetDeadline(seconds);
        using var stopped = EndOn(stop);
        try
        {
            // Where the process does not read, its end ends the writing.
            var input = _process.StandardInput.BaseStream;
            input.Write(Encoding.UTF8.GetBytes(line + "\n"));
            input.Flush();
            return Await(isAnswer);
        }
        catch (IOException)
        {
            throw Ended();
        }
        finally
        {
            SetDeadline(null);
        }
    }

    /// <summary>Processes and memory of the worker with everything below it.</summary>
    public (int Processes, long Bytes) Measure() => _tree.Measure();

    /// <summary>Ends the process where its call is over time.</summary>
    public void EndIfLate()
    {
        lock (_gate)
        {
            if (_deadline == 0 || Environment.TickCount64 <= _deadline)
            {
                return;
            }

            _fault ??= new WorkerFault(WorkerFault.Deadline, $"the call took longer than {_seconds:0.###} s.");
        }

        End(_fault);
    }

    /// <summary>Ends the process and everything it started. The first reason is what the one who waits is told.</summary>
    public void End(WorkerFault why)
    {
        lock (_gate)
        {
            _fault ??= why;
            if (_ended)
            {
                return;
            }

            _ended = true;
        }

        _tree.Kill();
        Kill();
        _output.End();
    }

    public void Dispose()
    {
        WorkerWatch.Remove(this);
        End(new WorkerFault(WorkerFault.Crash, "it was ended."));
        _process.WaitForExit(TimeSpan.FromSeconds(5));
        _tree.Forget();
        OrphanGuard.Remove(_id, _place.User);
        CloseInput();
        _process.Dispose();
        WorkerFolders.Delete(_place.Folder);
    }

    void AwaitReady(WorkerProgram program, CancellationToken stop)
    {
        if (program.TellsReady)
        {
            SetDeadline(Limits.StartSeconds);
            using var stopped = EndOn(stop);
            try
            {
                string line = Await(_ => true);
                if (line != "ready")
                {
                    throw new WorkerFault(WorkerFault.Start, line);
                }
            }
            catch (WorkerFault e)
            {
                throw new WorkerFault(WorkerFault.Start, e.Kind == WorkerFault.Start ? e.Message : $"it did not become ready: {e.Message}");
            }
            finally
            {
                SetDeadline(null);
            }

            ProcessesAtRest = Measure().Processes;
        }
    }

    CancellationTokenRegistration EndOn(CancellationToken stop) =>
        stop.UnsafeRegister(_ => End(new WorkerFault(WorkerFault.Crash, "it was stopped.")), null);

    void SetDeadline(double? seconds)
    {
        lock (_gate)
        {
            _seconds = seconds ?? 0;
            _deadline = seconds is { } given ? Environment.TickCount64 + (long)(1000 * given) : 0;
        }
    }

    string Await(Func<string, bool> isAnswer)
    {
        while (true)
        {
            string line = _output.Next() ?? throw Ended();
            if (isAnswer(line))
            {
                return line;
            }
        }
    }

    // Its output has ended: with it, or because it closed it.
    WorkerFault Ended()
    {
        lock (_gate)
        {
            if (_fault is { } known)
            {
                return known;
            }
        }

        bool exited = _process.WaitForExit(TimeSpan.FromMilliseconds(500));
        string tail = _output.Tail();
        string how = exited ? $"the process ended with {ExitWords(_process.ExitCode)}" : "the process closed its output";
        End(new WorkerFault(WorkerFault.Crash, tail.Length == 0 ? $"{how}." : $"{how}; it wrote: {tail}"));
        return _fault!;
    }

    static string ExitWords(int code) => code > 128 ? $"code {code} (signal {code - 128})" : $"code {code}";

    WorkerFault OutputFault() =>
        new(WorkerFault.Output, $"it wrote more than {Limits.OutputMegabytes} MB in one call.");

    void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: !OperatingSystem.IsLinux());
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }
    }

    void CloseInput()
    {
        try
        {
            _process.StandardInput.Dispose();
        }
        catch (IOException)
        {
            // Nobody reads what was not read.
        }
    }
}
