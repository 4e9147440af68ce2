using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Hone.Models.Encryption;

namespace Hone.Jobs.Engine.Protocol;

/// <summary>One life of the engine's process, and the calls to it that are under way.</summary>
sealed class EngineConnection : IAsyncDisposable
{
    // Its runtime starts and its weights are read at the first call, not here.
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(1), _farewell = TimeSpan.FromMinutes(2);

    readonly Process _process;
    readonly Lock _writing = new();
    readonly ConcurrentDictionary<long, Channel<EngineAnswer>> _calls = [];
    readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly string _logFile;
    readonly Stopwatch _life = Stopwatch.StartNew();
    readonly Task _reading, _logging;
    volatile bool _isOpen = true;

    EngineConnection(Process process, string logFile)
    {
        (_process, _logFile) = (process, logFile);
        _reading = Task.Run(Read);
        _logging = Task.Run(Log);
    }

    /// <summary>The process lives, as far as is known.</summary>
    public bool IsOpen => _isOpen;

    public int ProcessId => _process.Id;

    public TimeSpan Age => _life.Elapsed;

    /// <exception cref="EngineFailedException">It cannot be started, or does not say that it is there.</exception>
    public static async Task<EngineConnection> Open(EngineProcessSettings settings, CancellationToken stop)
    {
        var connection = new EngineConnection(Start(settings), settings.LogFile);
        try
        {
            if (settings.DataFolder is { } folder && SealedFile.KeyFor(folder) is { } key)
            {
                connection.Write(new(EngineHost.Ready) { Key = new(Path.GetFullPath(folder), key.ToText()) });
            }

            await connection._ready.Task.WaitAsync(_patience, stop).ConfigureAwait(false);
            return connection;
        }
        catch (Exception problem)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw problem is TimeoutException ? new EngineFailedException($"The engine's process did not start within {_patience}.", problem) : problem;
        }
    }

    /// <summary>Answers to a call, until the last.</summary>
    public ChannelReader<EngineAnswer> Ask(EngineCall call)
    {
        var answers = Channel.CreateUnbounded<EngineAnswer>(new() { SingleReader = true });
        _calls[call.Id] = answers;
        Write(call);
        if (!_isOpen)
        {
            Fail(call.Id);
        }

        return answers.Reader;
    }

    /// <summary>The call shall end. Of a run that trains, the end still comes.</summary>
    public void GiveUp(long id) => Write(new(id));

    /// <summary>Nobody waits for the answers any more.</summary>
    public void Forget(long id)
    {
        GiveUp(id);
        _calls.TryRemove(id, out _);
    }

    /// <summary>Closes its input and waits for it to end.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_writing)
        {
            CloseInput();
        }

        using var patience = new CancellationTokenSource(_farewell);
        try
        {
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        await Task.WhenAll(_reading, _logging).ConfigureAwait(false);
        _process.Dispose();
    }

    void CloseInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Nobody reads it any more.
        }
    }

    static Process Start(EngineProcessSettings settings)
    {
        var command = settings.CommandLine;
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = new UTF8Encoding(false),
        };
        foreach (string argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        // The process is told the key, and its graders' processes shall not find it.
        start.Environment.Remove(EncryptionKey.Variable);
        if (settings.Threads is { } threads)
        {
            start.Environment["HONE_THREADS"] = $"{threads}";
        }

        // A run's buffers come from a thread of its own and would leave glibc's arenas full of holes: large ones go back to the system instead.
        start.Environment.TryAdd("MALLOC_ARENA_MAX", "2");
        start.Environment.TryAdd("MALLOC_MMAP_THRESHOLD_", "262144");
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new EngineFailedException($"The engine's process cannot be started: {problem.Message}.", problem);
        }
    }

    void Write(EngineCall call)
    {
        string line = JsonSerializer.Serialize(call, EngineJson.Default.EngineCall);
        try
        {
            lock (_writing)
            {
                _process.StandardInput.Write(line + "\n");
                _process.StandardInput.Flush();
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or InvalidOperationException)
        {
            _isOpen = false;
        }
    }

    async Task Read()
    {
        try
        {
            while (await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                Take(JsonSerializer.Deserialize(line, EngineJson.Default.EngineAnswer)!);
            }
        }
        catch (Exception problem) when (problem is IOException or JsonException)
        {
            // What speaks another language is no engine.
        }
        finally
        {
            _isOpen = false;
            _ready.TrySetException(new EngineFailedException("The engine's process ended before it was there; its log, engine.log, may say why."));
            foreach (long id in _calls.Keys)
            {
                Fail(id);
            }
        }
    }

    void Take(EngineAnswer answer)
    {
        if (answer.Id == EngineHost.Ready)
        {
            _ready.TrySetResult();
        }
        else if (_calls.TryGetValue(answer.Id, out var call))
        {
            call.Writer.TryWrite(answer);
            if (answer.IsLast && _calls.TryRemove(answer.Id, out _))
            {
                call.Writer.TryComplete();
            }
        }
    }

    void Fail(long id)
    {
        if (_calls.TryRemove(id, out var call))
        {
            call.Writer.TryComplete(new EngineFailedException("The engine's process ended while it was at this; ask again. Its log, engine.log, may say why."));
        }
    }

    async Task Log()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_logFile))!);
        using var log = new StreamWriter(new FileStream(_logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));
        while (await _process.StandardError.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            await log.WriteLineAsync($"{DateTimeOffset.UtcNow:O} {line}").ConfigureAwait(false);
            await log.FlushAsync().ConfigureAwait(false);
        }
    }
}
