using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Hone.EndToEndTests.Support;

/// <summary>The built program as a process of its own, found beside the tests. Disposing ends it.</summary>
sealed partial class HoneProcess : IDisposable
{
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    readonly Process _process;
    readonly StringBuilder _output = new(), _error = new();
    readonly Lock _gate = new();
    int _lines;

    HoneProcess(Process process) => _process = process;

    /// <summary>Lines written so far, to either stream.</summary>
    public int Lines
    {
        get
        {
            lock (_gate)
            {
                return _lines;
            }
        }
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static HoneResult Run(params string[] arguments)
    {
        using var process = Start(arguments);
        return process.Wait();
    }

    /// <param name="arguments">The command line.</param>
    /// <param name="threads">HONE_THREADS.</param>
    /// <param name="folder">The working folder.</param>
    /// <param name="environment">Variables beside those of the tests.</param>
    public static HoneProcess Start(
        string[] arguments, int threads = 1, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hone.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["HONE_THREADS"] = threads.ToString();
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var hone = new HoneProcess(process);
        process.OutputDataReceived += (_, line) => hone.Take(hone._output, line.Data);
        process.ErrorDataReceived += (_, line) => hone.Take(hone._error, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        return hone;
    }

    public HoneResult Wait()
    {
        if (!_process.WaitForExit(_patience))
        {
            Kill();
            Assert.Fail($"The program did not end within {_patience}.\n{_output}\n{_error}");
        }

        // Without a limit, the wait includes the last lines of both streams.
        _process.WaitForExit();
        return new(_process.ExitCode, _output.ToString(), _error.ToString());
    }

    /// <summary>What it has written to its standard output until now.</summary>
    public string OutputSoFar()
    {
        lock (_gate)
        {
            return _output.ToString();
        }
    }

    /// <summary>Waits until the program has written that many lines, or has ended.</summary>
    public void WaitForLines(int count)
    {
        var watch = Stopwatch.StartNew();
        while (Lines < count && !HasExited && watch.Elapsed < _patience)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>Standard output so far.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Waits until standard output is as wished, or the program has ended.</summary>
    public void WaitForOutput(Predicate<string> isThere)
    {
        var watch = Stopwatch.StartNew();
        while (!isThere(Output) && !HasExited && watch.Elapsed < _patience)
        {
            Thread.Sleep(1);
        }

        if (!isThere(Output))
        {
            Kill();
            Assert.Fail($"The program did not write what was waited for.\n{_output}\n{_error}");
        }
    }

    /// <summary>What Ctrl-C sends.</summary>
    public void Interrupt() => _ = Signal(_process.Id, 2);

    /// <summary>kill -9: the program cannot clean up.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    void Take(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                text.AppendLine(line);
                _lines++;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
