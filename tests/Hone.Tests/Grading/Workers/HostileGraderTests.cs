using System.Collections.Concurrent;
using System.Text;
using Hone.Grading;
using Hone.Grading.Programs;
using Hone.Grading.Workers;

namespace Hone.Tests.Grading.Workers;

[Collection(WorkerCollection.Name)]
public sealed class HostileGraderTests : IDisposable
{
    const int SideBySide = 6;

    static readonly WorkerLimits _limits = new()
    {
        MemoryMegabytes = 256,
        Processes = 16,
        OutputMegabytes = 1,
        TemporaryMegabytes = 16,
        StartSeconds = 20,
        CallSeconds = 20,
        Workers = 1,
    };

    readonly string _folder = Directory.CreateTempSubdirectory("hone-hostile-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [PythonFact]
    public void The_table_has_more_than_forty_graders_with_names_of_their_own()
    {
        Assert.InRange(HostileGraders.All.Count, 40, 200);
        Assert.Equal(HostileGraders.All.Count, HostileGraders.All.DistinctBy(grader => grader.Name).Count());
    }

    [PythonFact]
    public Task Every_hostile_grader_costs_the_items_that_it_fails_on_and_leaves_nothing() => RunAll(ContainmentProbe.Here);

    [LongPythonFact]
    public Task Nor_does_it_where_the_system_allows_no_namespaces() => RunAll(new OwnSession(ownUser: false));

    [LongPythonFact]
    public Task Nor_does_it_where_nothing_can_be_mounted() => RunAll(new Namespaces(mounts: false, WorkerUser.CanBeMade));

    async Task RunAll(Containment containment)
    {
        var wrong = new ConcurrentQueue<string>();
        long memoryBefore = GC.GetTotalMemory(forceFullCollection: true);

        await Parallel.ForEachAsync(
            HostileGraders.All, new ParallelOptions { MaxDegreeOfParallelism = SideBySide },
            async (hostile, stop) =>
            {
                if (await Problem(hostile, containment, stop) is { } problem)
                {
                    wrong.Enqueue($"{hostile.Name}: {problem}");
                }
            });

        Assert.Empty(wrong);
        Assert.Empty(Marks.Living());
        Assert.Null(WorkerFolders.Root);

        // Gigabytes were written to us. Other tests of the process have their own memory meanwhile.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memoryBefore, long.MinValue, 512 << 20);
    }

    async Task<string?> Problem(HostileGrader hostile, Containment containment, CancellationToken stop)
    {
        string file = Path.Combine(_folder, $"{hostile.Name.Replace(' ', '_')}.py");
        await File.WriteAllTextAsync(file, hostile.Source, new UTF8Encoding(false), stop);
        var limits = hostile.Name == "sleeps at import" ? _limits with { StartSeconds = 1 } : hostile.EndsByDeadline ? _limits with { CallSeconds = 1 } : _limits;
        GradingItem[] items = [Items.Of("ok", id: "a"), Items.Of("bad", id: "b"), Items.Of("ok", id: "c"), Items.Of("ok", id: "d")];
        await using var grader = PythonGrader.OfFile(file, "lambda_handler", limits, hostile.Batch, containment: containment);

        var grades = await grader.Grade(hostile.EndsByDeadline ? [.. items.Reverse()] : items, stop);

        string found = string.Join(' ', items.Select(item => Show(grades.Single(grade => grade.Id == item.Id))));
        string[] wanted = [.. (hostile.Expected ?? "1").Split('|').Select(kind => hostile.SparesNobody ? $"{kind} {kind} {kind} {kind}" : $"1 {kind} 1 1")];
        return wanted.Contains(found) ? null : $"{found}, not {string.Join(" or ", wanted)}. {grades.FirstOrDefault(grade => grade.Fault is not null)?.Fault}";
    }

    static string Show(Grade grade) => grade.Fault?.Boundary ?? $"{grade.Score}";
}
