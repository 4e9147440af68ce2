using Hone.Grading;
using Hone.Grading.Programs;
using Hone.Grading.Workers;

namespace Hone.Tests.Grading.Workers;

/// <summary>Who loses a score where graders remember what they should not.</summary>
[Collection(WorkerCollection.Name)]
public sealed class BlameTests : IDisposable
{
    const string Ones = "[{'id': e['id'], 'aggregate_reward_score': 1} for e in event]";

    static readonly WorkerLimits _limits = new() { Workers = 1, MemoryMegabytes = 256, CallSeconds = 20 };

    // What stands at import, and what a call does with a text before it gives a score. It may fail for the text "bad" only.
    static readonly (string Name, string Import, string Body)[] _graders =
    [
        ("raises", "", "if text == 'bad': raise ValueError()"),
        ("raises for one of a kind, later", "seen = set()", "if text == 'bad': seen.add(1); raise ValueError()\n    if seen and text == 'c': raise ValueError()"),
        ("remembers and raises", "seen = []", "seen.append(text)\n    if 'bad' in seen: raise ValueError()"),
        ("ends", "", "if text == 'bad': os._exit(3)"),
        ("ends as if it were renewed", "", "if text == 'bad': os._exit(86)"),
        ("ends as if it were done", "", "if text == 'bad': os._exit(87)"),
        ("kills what made it", "", "if text == 'bad': os.kill(os.getppid(), 9)\n    if text == 'bad': time.sleep(5)"),
        ("answers nothing", "", "if text == 'bad': return None"),
        ("leaves a file that others stumble over", "place = os.environ['TMPDIR'] + '/x'", "if text == 'bad': open(place, 'w').close()\n    if os.path.exists(place): raise ValueError()"),
        ("removes the folder that others need", "place = os.environ['TMPDIR']", "if text == 'bad': shutil.rmtree(place, ignore_errors=True); raise ValueError()\n    open(place + '/x', 'w').close()"),
        ("reads on in a file", "rules = open(__file__)", "if text == 'bad': raise ValueError()\n    if not rules.readline(): raise ValueError()"),
        ("has a thread from the start", "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "if text == 'bad': raise ValueError()"),
        ("starts threads when it is called", "", "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n    if text == 'bad': raise ValueError()"),
        ("leaves a process when it raises", "", "if text == 'bad' and os.fork() == 0: time.sleep(60)\n    if text == 'bad': raise ValueError()"),
        ("leaves an orphan when it ends", "", "if text == 'bad' and os.fork() == 0: time.sleep(60)\n    if text == 'bad': os._exit(3)"),
        ("writes half an answer and ends", "", "if text == 'bad':\n        for f in range(3, 30):\n            try: os.write(f, b'{\"res')\n            except OSError: pass\n        os._exit(3)"),
        ("is random and seeded", "random.seed(1); first = random.random(); random.seed(1)", "if text == 'bad': raise ValueError()\n    if text == 'a' and random.random() != first: raise ValueError()"),
    ];

    readonly string _folder = Directory.CreateTempSubdirectory("hone-blame-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<int> BatchSizes => [1, 3];

    [PythonTheory]
    [MemberData(nameof(BatchSizes))]
    public async Task Items_that_fail_lose_their_scores_and_no_others(int batch)
    {
        var found = await Task.WhenAll(_graders.Select(grader => Faults(grader, batch)));

        Assert.Equal(_graders.Select(grader => $"{grader.Name}: -x--x-x"), found);
        Assert.Empty(Marks.Living());
    }

    [PythonFact]
    public async Task Faults_by_the_hundred_are_told_without_a_new_process_for_each()
    {
        await using var grader = Python(
            "throws", $"import os\ndef lambda_handler(event, context):\n    if event[0]['messages'][-1]['content'] == 'bad': raise ValueError(os.getppid())\n    return {Ones}", _limits);

        var grades = await grader.Grade([.. Enumerable.Range(0, 200).Select(i => Items.Of(i % 2 == 0 ? "ok" : "bad", id: $"{i}"))], CancellationToken.None);

        Assert.Equal(100, grades.Count(grade => grade.Score == 1));
        Assert.Single(grades.Where(grade => grade.Fault is not null).Select(grade => grade.Fault).Distinct());
    }

    [PythonFact]
    public async Task A_batch_that_waits_for_others_keeps_its_time()
    {
        await using var grader = Python(
            "slow", $"import time\ndef lambda_handler(event, context):\n    time.sleep(0.4)\n    return {Ones}", _limits with { BatchSeconds = 2.5 });
        var guarded = new GuardedGrader(grader, "grader", TimeSpan.FromSeconds(2.5));

        var batches = await Task.WhenAll(Enumerable.Range(0, 4).Select(batch => guarded.Grade([.. Enumerable.Range(0, 3).Select(i => Items.Of("ok", id: $"{batch}-{i}"))], CancellationToken.None)));

        Assert.All(batches.SelectMany(grades => grades), grade => Assert.Equal(1, grade.Score));
    }

    [PythonFact]
    public async Task What_is_disposed_while_it_grades_leaves_nothing()
    {
        var grader = Python("hangs", "import time\ndef lambda_handler(event, context): time.sleep(600)", _limits with { CallSeconds = 600, BatchSeconds = 600 });
        var grading = grader.Grade([Items.Of("x")], CancellationToken.None);
        while (Marks.Living().Count == 0)
        {
            await Task.Delay(10);
        }

        await grader.DisposeAsync();

        Assert.Empty(Marks.Living());
        Assert.Null(WorkerFolders.Root);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grading);
    }

    [PythonFact]
    public async Task A_folder_is_measured_although_files_in_it_come_and_go()
    {
        var containment = new OwnSession(WorkerUser.CanBeMade);
        const string churns = """
            import os, time
            def lambda_handler(event, context):
                end = time.time() + 15
                while time.time() < end:
                    for i in range(64):
                        path = os.path.join(os.environ["TMPDIR"], "f%d" % i)
                        if i < 32 and os.path.exists(path): os.unlink(path)
                        elif not os.path.exists(path): open(path, "wb").write(b"x" * 500000)

            """;
        string file = Path.Combine(_folder, "churns.py");
        File.WriteAllText(file, churns);
        await using var grader = PythonGrader.OfFile(file, "lambda_handler", _limits with { TemporaryMegabytes = 4 }, containment: containment);

        Assert.Equal("output", Assert.Single(await grader.Grade([Items.Of("x")], CancellationToken.None)).Fault!.Boundary);
    }

    async Task<string> Faults((string Name, string Import, string Body) one, int batch)
    {
        string source = $$"""
            import os, random, shutil, threading, time
            {{one.Import}}
            def handle(text, e):
                {{one.Body}}
                return {"id": e["id"], "aggregate_reward_score": 1}
            def lambda_handler(event, context):
                return [handle(e["messages"][-1]["content"], e) for e in event]
            """;
        await using var grader = Python(one.Name.Replace(' ', '_'), source, _limits, batch);
        GradingItem[] items = [.. "a bad b c bad c bad".Split(' ').Select((text, i) => Items.Of(text, id: $"{i}"))];

        var grades = await grader.Grade(items, CancellationToken.None);

        return $"{one.Name}: {string.Concat(items.Select(item => grades.Single(grade => grade.Id == item.Id).Fault is null ? '-' : 'x'))}";
    }

    WorkerGrader Python(string name, string source, WorkerLimits limits, int batch = 1)
    {
        string file = Path.Combine(_folder, $"{name}.py");
        File.WriteAllText(file, source);
        return PythonGrader.OfFile(file, "lambda_handler", limits, batch);
    }
}
