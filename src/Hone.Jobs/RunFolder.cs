using System.Security.Cryptography;
using System.Text.Json;
using Hone.Models.Encryption;
using Hone.Training;

namespace Hone.Jobs;

/// <summary>
/// A run on disk, held by the one process that writes it. A process that is killed at any moment leaves a folder that
/// <see cref="Open"/> and <see cref="Resume"/> can go on from; a checkpoint also survives the loss of power.
/// </summary>
/// <remarks>Calls may come from several threads; they run one after another.</remarks>
public sealed class RunFolder : IRunRecord, IRolloutBook, IDisposable
{
    const int CheckpointsKept = 2;

    readonly Lock _gate = new();
    readonly RunLock _lock;
    readonly RunDatabase _database;
    readonly string _grader;

    RunFolder(string path, RunLock runLock, RunDatabase database, JobSettings settings)
    {
        Path = path;
        Settings = settings;
        _lock = runLock;
        _database = database;
        // Written anew, so that it does not matter how the settings were laid out.
        _grader = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(settings.Grader.Json))[..8]);
    }

    /// <summary>Absolute path of the folder.</summary>
    public string Path { get; }

    public JobSettings Settings { get; }

    /// <summary>Folder of the adapter with the best validation reward; it need not be there yet.</summary>
    public string BestFolder => System.IO.Path.Combine(Path, RunFiles.Best);

    /// <summary>The first of runs/name, runs/name-2, runs/name-3 … that nothing is in.</summary>
    public static string NextFree(string runs, string name) =>
        Enumerable.Range(1, int.MaxValue)
            .Select(number => System.IO.Path.Combine(runs, number == 1 ? name : $"{name}-{number}"))
            .First(path => !File.Exists(path) && RunFiles.IsFree(path) && !RunLock.IsHeld(path));

    /// <summary>Whether a process holds the folder, if only to make a run in it.</summary>
    public static bool IsHeld(string path) => RunLock.IsHeld(path);

    /// <summary>Makes a new run. The folder is a run from the moment its job.json is there, which is written last.</summary>
    /// <exception cref="RunException">The folder holds something, or cannot be written.</exception>
    public static RunFolder Create(string path, JobSettings settings, RunOrigin? origin = null)
    {
        path = System.IO.Path.GetFullPath(path);
        if (File.Exists(path) || !RunFault.Guard(path, () => RunFiles.IsFree(path)))
        {
            throw new RunException(File.Exists(System.IO.Path.Combine(path, RunFiles.Job))
                ? $"{path} holds a run already; give another folder, or go on with that run: hone resume {path}"
                : $"{path} exists and is not empty; give a folder that is new or empty.");
        }

        return RunFault.Guard(path, () =>
        {
            Directory.CreateDirectory(path);
            return Take(path, () =>
            {
                DurableFolder.WriteFile(System.IO.Path.Combine(path, RunFiles.Job), JobFile.ToJson(settings, origin ?? RunOrigin.Here()));
                return settings;
            });
        });
    }

    /// <summary>Opens a run to go on with it, and clears away what a stopped process left half-done.</summary>
    /// <exception cref="RunException">There is no run, another process holds it, or the disk fails.</exception>
    public static RunFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        string job = System.IO.Path.Combine(path, RunFiles.Job);
        if (!File.Exists(job))
        {
            throw new RunException(Directory.Exists(path)
                ? $"{path} is not a run: it has no {RunFiles.Job}."
                : $"there is no folder {path}; 'hone runs' lists the runs there are.");
        }

        return RunFault.Guard(path, () =>
        {
            RunFiles.Unlock(path);
            return Take(path, () => JobFile.ReadRecorded(job).Settings);
        });
    }

    public void Event(int step, string kind, string message) => Write(() => _database.Event(step, kind, message));

    /// <summary>Remembers prompts, so that rollouts can be read beside them. A prompt that is known is replaced.</summary>
    public void Prompts(IEnumerable<(string Id, string Text, string? Reference, string Set)> prompts) => Write(() => _database.Prompts(prompts));

    /// <summary>Of every step that is recorded, in order.</summary>
    public IReadOnlyList<StepMetrics> Metrics() => _database.Metrics();

    public void Step(StepMetrics metrics, IReadOnlyList<Rollout> rollouts, IReadOnlyList<Rollout> replaced) =>
        Write(() => _database.Step(metrics, rollouts, replaced));

    public void Evaluation(Evaluation evaluation) => Write(() => _database.Evaluation(evaluation));

    public Evaluation? FindEvaluation(string name, int step)
    {
        lock (_gate)
        {
            return RunFault.Guard(Path, () => _database.FindEvaluation(name, step));
        }
    }

    public void Checkpoint(TrainingCursor cursor, Action<string> write) => Write(() =>
    {
        string document = JsonSerializer.Serialize(new RecordedCursor(cursor, _database.LastStep()), JobJson.Options);
        DurableFolder.Write(
            RunFiles.Checkpoint(Path, cursor.Step),
            folder =>
            {
                write(folder);
                SealedFile.WriteAllText(System.IO.Path.Combine(folder, RunFiles.Cursor), document);
            },
            beforeRename: () => _database.FlushAt(cursor.Step));
        RemoveCheckpoints(cursor);
        _database.ForgetKept(cursor.Step);
    });

    public void KeepBest(Action<string> write) => Write(() => DurableFolder.Write(BestFolder, write));

    public (TrainingCursor Cursor, string Folder)? Resume()
    {
        lock (_gate)
        {
            return RunFault.Guard(Path, () => RunFiles.FindCheckpoints(Path) is [var newest, ..] ? Rewind(newest.Folder) : StartAgain());
        }
    }

    public (TrainingCursor Cursor, string Folder) GoBack(int step)
    {
        lock (_gate)
        {
            return RunFault.Guard(Path, () => Rewind(RunFiles.Checkpoint(Path, step)));
        }
    }

    IReadOnlyList<Rollout> IRolloutBook.Find(Occasion occasion)
    {
        lock (_gate)
        {
            return RunFault.Guard(Path, () => _database.FindKept(occasion, _grader));
        }
    }

    void IRolloutBook.Keep(Occasion occasion, IReadOnlyList<Rollout> rollouts) => Write(() => _database.Keep(occasion, _grader, rollouts));

    /// <summary>Drops the rollouts that were kept for steps and evaluations that were not finished: the run is.</summary>
    public void ForgetKept() => Write(() => _database.ForgetKept(int.MaxValue));

    public void Dispose()
    {
        lock (_gate)
        {
            _database.Dispose();
            _lock.Dispose();
        }
    }

    (TrainingCursor Cursor, string Folder)? StartAgain()
    {
        _database.ForgetAfter(lastStep: -1, updates: 0);
        return null;
    }

    (TrainingCursor Cursor, string Folder) Rewind(string folder)
    {
        var recorded = RecordedCursor.Read(folder);
        _database.ForgetAfter(recorded.LastStep, recorded.Cursor.Step);
        return (recorded.Cursor, folder);
    }

    // Those after the newest are of a future that the run went back from.
    void RemoveCheckpoints(TrainingCursor newest)
    {
        int kept = 0;
        foreach (var (step, folder) in RunFiles.FindCheckpoints(Path))
        {
            bool isPast = step <= newest.Step;
            if (!isPast || (++kept > CheckpointsKept && step != newest.GoodStep))
            {
                DurableFolder.Remove(folder);
            }
        }
    }

    void Write(Action action)
    {
        lock (_gate)
        {
            RunFault.Guard(Path, action);
        }
    }

    static RunFolder Take(string path, Func<JobSettings> job)
    {
        var runLock = RunLock.Take(path);
        RunDatabase? database = null;
        try
        {
            DurableFolder.Recover(path);
            DurableFolder.Recover(RunFiles.Checkpoints(path));
            database = new RunDatabase(System.IO.Path.Combine(path, RunFiles.Database));
            return new(path, runLock, database, job());
        }
        catch
        {
            database?.Dispose();
            runLock.Dispose();
            throw;
        }
    }
}
