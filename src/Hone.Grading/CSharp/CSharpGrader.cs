using System.Collections.Concurrent;
using Hone.Grading.Workers;

namespace Hone.Grading.CSharp;

/// <summary>A grader that the user wrote in C#: compiled before the run, in processes of its own during it.</summary>
/// <remarks>
/// <para><c>{"kind":"csharp","file":"MyGrader.cs"}</c> or <c>{"kind":"csharp","project":"folder or .csproj"}</c>, with <c>class</c> where there is
/// more than one grader, and the limits of workers (<see cref="WorkerLimits"/>). <see cref="IAnswerGrader"/> shows a whole file.</para>
/// <para>A file uses the framework and Hone.Grading. A project may use packages too; it is built by the .NET SDK and refers to
/// <c>$(HoneFolder)/Hone.Grading.dll</c>. Use it where a reward is code: typed, tested with <c>hone grade test</c>, thousands of grades a second.</para>
/// <para>Graders of batches get each batch whole, in one call that may take <see cref="WorkerLimits.BatchSeconds"/>.</para>
/// </remarks>
public sealed class CSharpGrader : IGrader
{
    // Settings are checked several times before a run; the same assembly need not be started each time.
    static readonly ConcurrentDictionary<(string Assembly, string? Class), (GraderDescription? Description, string Problem)> _described = [];

    readonly WorkerLimits _limits;
    readonly GraderDescription _description;
    readonly Lazy<WorkerPool> _pool;
    readonly CSharpDialogue _dialogue = new();

    // Without a program it belongs to a run that is only looked at.
    CSharpGrader(WorkerProgram? program, WorkerLimits limits, GraderDescription description)
    {
        (_limits, _description) = (limits, description);
        _pool = new(() => new(() => program ?? throw new InvalidOperationException("This grader is not compiled."), limits, ContainmentProbe.Here));
    }

    public bool NeedsWholeGroups => _description.NeedsWholeGroups;

    public IEnumerable<string> Notes => [ContainmentProbe.Here.Sentence(_limits)];

    public TimeSpan Patience(int items) => _limits.Patience;

    internal static CSharpGrader? Read(GraderForm form)
    {
        string? file = form.File("file", "a C# file with a public class that implements IAnswerGrader or IGrader");
        string? project = Project(form);
        string? className = form.Text("class");
        var limits = WorkerLimits.Read(form);
        if (form.Has("file") == form.Has("project"))
        {
            form.Problem($"{form.Path} needs either \"file\", a C# file, or \"project\", a folder with a .csproj file.");
            return null;
        }

        string key = form.Has("file") ? "file" : "project";
        if (!form.Context.FilesMustExist)
        {
            return new(null, limits, new(TakesBatches: false, NeedsWholeGroups: false));
        }

        if ((file ?? project) is not { } source || Compile(form, key, source) is not { } assembly)
        {
            return null;
        }

        var program = Program(assembly, className, Path.GetDirectoryName(source)!, limits);
        var (description, problem) = _described.GetOrAdd((assembly, className), _ => Describe(program, limits));
        if (description is null)
        {
            form.Problem($"{form.Path}.{key}: {Path.GetFileName(source)}: {problem}");
            return null;
        }

        return new(program, limits, description);
    }

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) =>
        _description.TakesBatches
        ? Task.Factory.StartNew(() => GradeWhole(items, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
        : new WorkerBatch(_pool.Value, _dialogue, _limits, items, stop).Run();

    public ValueTask DisposeAsync()
    {
        if (_pool.IsValueCreated)
        {
            _pool.Value.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    // A batch is not cut: its grader may compare its items. Where a worker that graded before fails, one that forgot it has the last word.
    IReadOnlyList<Grade> GradeWhole(IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        var pool = _pool.Value;
        using var stops = CancellationTokenSource.CreateLinkedTokenSource(stop, pool.Closing);
        pool.Enter(stops.Token);
        WorkerProcess? worker = null;
        try
        {
            worker = pool.Take(stops.Token);
            bool isNew = worker.IsNew;
            var grades = Ask(worker, items, stops.Token);
            if (isNew || grades.All(grade => grade.Fault is null))
            {
                return grades;
            }

            if (!worker.IsUsable || !worker.Renew(stops.Token))
            {
                worker.Dispose();
                worker = null;
                worker = pool.Start(stops.Token);
            }

            return Ask(worker, items, stops.Token);
        }
        catch (WorkerFault e)
        {
            stops.Token.ThrowIfCancellationRequested();
            return [.. items.Select(item => item.Failed(e.Kind, e.Message))];
        }
        finally
        {
            pool.Leave(worker);
        }
    }

    IReadOnlyList<Grade> Ask(WorkerProcess worker, IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        try
        {
            return _dialogue.Read(worker.Ask(_dialogue.Ask(items), _dialogue.IsAnswer, _limits.BatchSeconds, stop), items).Grades;
        }
        catch (WorkerFault e)
        {
            stop.ThrowIfCancellationRequested();
            return [.. items.Select(item => item.Failed(e.Kind, e.Message))];
        }
    }

    static string? Project(GraderForm form)
    {
        const string such = "a .csproj file or the folder of one";
        bool isFile = form.Has("project") && form.Show("project").EndsWith(".csproj\"", StringComparison.Ordinal);
        if (form.File("project", such, isFolder: !isFile) is not { } place || !form.Context.FilesMustExist)
        {
            return null;
        }

        var (found, problem) = CSharpProject.Find(place);
        if (found is null)
        {
            form.Problem($"{form.Path}.project: {problem}");
        }

        return found;
    }

    static string? Compile(GraderForm form, string key, string source)
    {
        try
        {
            string cache = form.Context.CacheFolder;
            var compiled = key == "file" ? CompiledGraders.OfFile(source, cache) : CompiledGraders.OfProject(source, cache);
            foreach (string problem in compiled.Problems)
            {
                form.Problem($"{form.Path}.{key}: {problem}");
            }

            return compiled.Problems.Count == 0 ? compiled.Assembly : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            form.Problem($"{form.Path}.{key}: it cannot be compiled: {e.Message}");
            return null;
        }
    }

    static WorkerProgram Program(string assembly, string? className, string folder, WorkerLimits limits)
    {
        string[] chosen = className is null ? [] : ["--class", className];
        return new(DotnetHost.Path, [.. DotnetHost.Hone.Skip(1), "grader-worker", assembly, .. chosen], folder)
        {
            TellsReady = true,
            Folders = [AppContext.BaseDirectory, Path.GetDirectoryName(assembly)!, Path.GetDirectoryName(DotnetHost.Path) ?? "/"],
            Environment = new Dictionary<string, string>
            {
                // Ready sooner, with few threads and no files beside it; too much memory is an exception before it is the end of the process.
                ["DOTNET_TieredCompilation"] = "1",
                ["DOTNET_TieredPGO"] = "0",
                ["DOTNET_gcConcurrent"] = "0",
                ["DOTNET_EnableDiagnostics"] = "0",
                ["DOTNET_EnableWriteXorExecute"] = "0",
                ["DOTNET_GCHeapHardLimit"] = $"0x{((long)limits.MemoryMegabytes << 20) / 4 * 3:x}",
            },
        };
    }

    static (GraderDescription? Description, string Problem) Describe(WorkerProgram program, WorkerLimits limits)
    {
        try
        {
            using var worker = new WorkerProcess(program, limits, ContainmentProbe.Here, CancellationToken.None);
            string line = worker.Ask(GraderProcess.Describe, _ => true, limits.StartSeconds, CancellationToken.None);
            return (GradingJson.Read<GraderDescription>(line), "");
        }
        catch (WorkerFault e)
        {
            return (null, e.Message);
        }
    }
}
