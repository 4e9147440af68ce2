using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Hone.Grading.Workers;

/// <summary>A child process that is asked one line at a time, and ended with everything it started.</summary>
/// <remarks>Its limits are watched from a thread of their own, which ends the process: whoever waits for its answer then learns why.</remarks>
sealed class WorkerProcess : IDisposable
{
    /// <summary>A line of a program that became ready, and that a line <see cref="RenewWord"/> makes forget all its calls.</summary>
    public const string ReadyRenewable = "ready renewable";

    /// <summary>Answered with <see cref="ReadyRenewable"/>.</summary>
    public const string RenewWord = "renew";

    // Before a code and ReadyRenewable: what was asked has ended, and is as it was before all calls.
    const string EndedWord = "ended ";

    const int MostForContainment = 4;
    const int MostRenewals = 1000;
    const double RenewSeconds = 5;

    // The system has no room for a process at the moment.
    const int TryAgain = 11;
    const int MostTries = 20;

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
    bool _isRenewable;
    int _renewals;

    /// <exception cref="WorkerFault">It cannot be started, or did not become ready.</exception>
    public WorkerProcess(WorkerProgram program, WorkerLimits limits, Containment containment, CancellationToken stop)
    {
        (Limits, _containment) = (limits, containment);
        _output = new((long)limits.OutputMegabytes << 20, () => End(OutputFault()));
        ProcessTree.Prepare(containment);
        _place = containment.Place(limits, WorkerFolders.Create(), $"{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            _process = Start(containment.Start(program, limits, _place), stop);
        }
        catch (Exception e)
        {
            WorkerFolders.Delete(_place.Folder);
            throw e is Win32Exception or InvalidOperationException or IOException
                ? new WorkerFault(WorkerFault.Start, $"{program.FileName} could not be started: {e.Message}")
                : e;
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

    /// <summary>Calls that were made, since it was renewed.</summary>
    public int Calls { get; private set; }

    /// <summary>Nothing was asked before, ever.</summary>
    public bool IsNew => Calls == 0 && _renewals == 0;

    /// <summary>Processes that there are while it does nothing: itself and what contains it.</summary>
    public int ProcessesAtRest { get; private set; } = MostForContainment;

    /// <summary>It can be asked again.</summary>
    public bool IsUsable => IsLiving && !_process.HasExited;

    /// <summary>Nobody has ended it.</summary>
    public bool IsLiving => !Volatile.Read(ref _ended);

    /// <summary>Changes when a call begins, and when it is over.</summary>
    public int Turn { get; private set; }

    /// <summary>A call is in flight.</summary>
    public bool IsBusy => Volatile.Read(ref _deadline) != 0;

    /// <summary>The temporary folder, where it has to be watched: null where it is bounded.</summary>
    public string? UnboundedFolder => _containment.BoundsTemporaryFolder ? null : _place.Folder;

    /// <summary>The user that it alone is; null: it is this user.</summary>
    public int? User => _place.User;

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

    /// <summary>Makes it forget all its calls.</summary>
    /// <returns>False: it cannot, or left something behind; another has to be started.</returns>
    public bool Renew(CancellationToken stop)
    {
        if (Calls == 0)
        {
            return true;
        }

        if (!_isRenewable || _renewals == MostRenewals)
        {
            return false;
        }

        try
        {
            return IsRenewed(Ask(RenewWord, line => line.Length > 0, RenewSeconds, stop));
        }
        catch (WorkerFault)
        {
            stop.ThrowIfCancellationRequested();
            return false;
        }
    }

    /// <summary>Processes and memory of the worker with everything below it.</summary>
    public (int Processes, long Bytes) Measure() => _tree.Measure();

    /// <summary>Why its call has to end; null while it has time.</summary>
    public WorkerFault? Late()
    {
        lock (_gate)
        {
            return _deadline == 0 || Environment.TickCount64 <= _deadline
                ? null
                : new(WorkerFault.Deadline, $"the call took longer than {_seconds:0.###} s.");
        }
    }

    /// <summary>Ends the process and everything it started. The first reason is what the one who waits is told.</summary>
    /// <param name="turn">Not where the call is over that the reason is of; null: in any case.</param>
    public void End(WorkerFault why, int? turn = null)
    {
        lock (_gate)
        {
            if (turn is { } seen && seen != Turn)
            {
                return;
            }

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
        if (_place.User is { } user && UnboundedFolder is not null)
        {
            WorkerFolders.DeleteStrays(user);
        }
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
                _isRenewable = line == ReadyRenewable;
                if (!_isRenewable && line != "ready")
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

    static Process Start(ProcessStartInfo start, CancellationToken stop)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return Process.Start(start)!;
            }
            catch (Win32Exception e) when (e.NativeErrorCode == TryAgain && tries < MostTries)
            {
                stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100));
                stop.ThrowIfCancellationRequested();
            }
        }
    }

    CancellationTokenRegistration EndOn(CancellationToken stop) =>
        stop.UnsafeRegister(_ => End(new WorkerFault(WorkerFault.Crash, "it was stopped.")), null);

    void SetDeadline(double? seconds)
    {
        lock (_gate)
        {
            Turn++;
            _seconds = seconds ?? 0;
            _deadline = seconds is { } given ? Environment.TickCount64 + (long)(1000 * given) : 0;
        }
    }

    string Await(Func<string, bool> isAnswer)
    {
        while (true)
        {
            string line = _output.Next() ?? throw Ended();
            if (_isRenewable && line.StartsWith(EndedWord, StringComparison.Ordinal))
            {
                throw Restarted(line);
            }

            if (isAnswer(line))
            {
                return line;
            }
        }
    }

    bool IsRenewed(string line)
    {
        _renewals++;
        Calls = 0;
        return line == ReadyRenewable && Measure().Processes <= ProcessesAtRest;
    }

    // What answered has ended, and what it was made from makes another, unless something is left of it.
    WorkerFault Restarted(string line)
    {
        var fault = CrashFault($"the process ended with {(int.TryParse(line[EndedWord.Length..], out int code) ? ExitWords(code) : line)}");
        SetDeadline(RenewSeconds);
        if (_renewals == MostRenewals || !IsRenewed(Await(next => next.Length > 0)))
        {
            End(fault);
        }

        return fault;
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
        End(CrashFault(exited ? $"the process ended with {ExitWords(_process.ExitCode)}" : "the process closed its output"));
        return _fault!;
    }

    WorkerFault CrashFault(string how)
    {
        string tail = _output.Tail();
        return new(WorkerFault.Crash, tail.Length == 0 ? $"{how}." : $"{how}; it wrote: {tail}");
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
