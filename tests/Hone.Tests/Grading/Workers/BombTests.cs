using System.Collections.Concurrent;
using Hone.Grading.Programs;
using Hone.Grading.Workers;

namespace Hone.Tests.Grading.Workers;

/// <summary>Graders that start processes without end. Where nothing held them they would stop by themselves: after some hundred processes, or seconds.</summary>
[Collection(WorkerCollection.Name)]
public sealed class BombTests : IDisposable
{
    const string Prologue = """
        import os, signal, subprocess, sys, time
        END = time.time() + 8
        FILE = os.open(os.path.join(os.environ["TMPDIR"], "count"), os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        def may():
            os.write(FILE, b"x")
            return os.fstat(FILE).st_size < 400 and time.time() < END
        def fork():
            if not may(): time.sleep(max(0, END - time.time())); os._exit(0)
            try: return os.fork()
            except OSError: time.sleep(0.01); return -1
        def lambda_handler(event, context):
            if event[0]["messages"][-1]["content"] == "bad": bomb()
            return [{"id": e["id"], "aggregate_reward_score": 1} for e in event]

        """;

    static readonly (string Name, string Source)[] _bombs =
    [
        ("forks", "def bomb():\n    while True: fork()"),
        ("forks and ignores signals", "def bomb():\n    for s in (1, 2, 3, 10, 12, 15): signal.signal(s, signal.SIG_IGN)\n    while True: fork()"),
        ("forks into sessions that start one another", "def bomb():\n    while True:\n        if fork() == 0:\n            os.setsid()\n            if fork(): os._exit(0)\n        else: time.sleep(0.001)"),
        ("forks without its environment", """
            SOURCE = "import os,sys,time\nE=float(sys.argv[1])\nfor i in range(6):\n  os.fork()\nos.setsid() if os.getpid()!=os.getpgrp() else 0\ntime.sleep(max(0,E-time.time()))"
            def bomb():
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0: os.execve(sys.executable, [sys.executable, "-S", "-c", SOURCE, str(END)], {})
                    os._exit(0)
                time.sleep(8)
            """),
        ("shells", """
            SHELL = 'b() { printf x >>"$1"; [ $(wc -c <"$1") -lt 400 ] && [ $(date +%s) -lt $2 ] || { sleep 8; exit; }; b "$@" | b "$@" & }; b "$@"; sleep 8'
            def bomb(): subprocess.run(["/bin/sh", "-c", SHELL, "sh", os.path.join(os.environ["TMPDIR"], "shells"), str(int(END))])
            """),
    ];

    readonly string _folder = Directory.CreateTempSubdirectory("hone-bombs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Containments => [.. Here().Select(Name)];

    [PythonTheory]
    [MemberData(nameof(Containments))]
    public async Task A_bomb_costs_its_own_score_and_leaves_nothing_and_hurts_nobody(string name)
    {
        var containment = Here().Where((one, i) => Name(one, i) == name).First();
        var limits = new WorkerLimits { Workers = 1, Processes = 16, MemoryMegabytes = 256, CallSeconds = 20 };
        string good = Write("good", "def bomb(): pass");
        await using var beside = PythonGrader.OfFile(good, "lambda_handler", limits, containment: containment);
        var wrong = new ConcurrentQueue<string>();
        int[] before = [.. LimitedChildren()];

        foreach (var (bomb, source) in _bombs)
        {
            await using var grader = PythonGrader.OfFile(Write(bomb, source), "lambda_handler", limits, containment: containment);
            var others = beside.Grade([.. Enumerable.Range(0, 500).Select(i => Items.Of("ok", id: $"{i}"))], CancellationToken.None);
            var grades = await grader.Grade([Items.Of("bad", id: "b"), Items.Of("ok", id: "a")], CancellationToken.None);

            string found = string.Join(' ', grades.OrderBy(grade => grade.Id).Select(grade => grade.Fault?.Boundary ?? $"{grade.Score}"));

            // Shells start slowly: on a busy machine their time may be over before there are too many.
            bool isOver = bomb == "shells" && found == "1 1";
            if ((found != "1 processes" && !isOver) || (await others).Any(grade => grade.Score != 1))
            {
                wrong.Enqueue($"{bomb}: {found} {grades[0].Fault}, beside it {(await others).FirstOrDefault(grade => grade.Fault is not null)?.Fault}");
            }
        }

        await beside.DisposeAsync();
        Assert.Empty(wrong);
        Assert.Empty(Marks.Living());
        Assert.Null(WorkerFolders.Root);
        Assert.Empty(LimitedChildren().Except(before).Select(Description));
    }

    static IEnumerable<int> LimitedChildren() => ProcessStatus.Children(Environment.ProcessId).Where(id => ProcessStatus.MostTasks(id) is < 2000);

    static string Description(int id) => string.Join(", ", new[] { "Name:", "State:", "PPid:", "Uid:" }.Select(word => $"{word} {ProcessStatus.Line(id, word)}"));

    static string Name(Containment containment, int place) => $"{place}: {containment.GetType().Name}{(containment.OwnUser ? " of a user of its own" : "")}";

    // Where neither counts them nobody bounds them: root without a user of its own.
    static IEnumerable<Containment> Here() => OperatingSystem.IsLinux()
        ? ContainmentProbe.All.Where(one => one is not PlainProcess && (one.OwnUser || !WorkerUser.IsUncounted) && ContainmentProbe.Works(one))
        : [];

    string Write(string name, string source)
    {
        string file = Path.Combine(_folder, $"{name.Replace(' ', '_')}.py");
        File.WriteAllText(file, Prologue + source);
        return file;
    }
}
