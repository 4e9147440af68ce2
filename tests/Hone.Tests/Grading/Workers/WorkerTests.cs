using System.Net;
using System.Net.Sockets;
using Hone.Grading;
using Hone.Grading.Programs;
using Hone.Grading.Workers;

namespace Hone.Tests.Grading.Workers;

[Collection(WorkerCollection.Name)]
public sealed class WorkerTests : IDisposable
{
    const string Scores1 = "[{'id': e['id'], 'aggregate_reward_score': 1} for e in event]";

    static readonly WorkerLimits _limits = new() { Workers = 1, MemoryMegabytes = 256, CallSeconds = 20 };

    readonly string _folder = Directory.CreateTempSubdirectory("hone-workers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [PythonFact]
    public async Task A_worker_stays_warm_between_batches()
    {
        await using var grader = Counting(_limits);

        Assert.Equal([1, 2], await Scores(grader, 2));
        Assert.Equal([3, 4, 5], await Scores(grader, 3));
    }

    [PythonFact]
    public async Task A_worker_is_replaced_after_its_calls()
    {
        await using var grader = Counting(_limits with { CallsPerWorker = 2 });

        Assert.Equal([1, 2, 1, 2, 1], await Scores(grader, 5));
    }

    [PythonFact]
    public async Task A_worker_that_holds_much_memory_is_replaced_after_the_batch()
    {
        await using var grader = Python(
            """
            kept = []
            def lambda_handler(event, context):
                kept.append(b"x" * (150 << 20))
                return [{"id": e["id"], "aggregate_reward_score": len(kept)} for e in event]
            """,
            _limits);

        Assert.Equal([1], await Scores(grader, 1));
        Assert.Equal([1], await Scores(grader, 1));
    }

    [PythonFact]
    public async Task Several_workers_share_a_batch()
    {
        await using var grader = Python(
            $"def lambda_handler(event, context): return {Scores1}", _limits with { Workers = 3 });

        Assert.Equal(Enumerable.Repeat(1.0, 100), await Scores(grader, 100));
    }

    [PythonFact]
    public async Task The_batch_deadline_keeps_what_is_graded_by_then()
    {
        await using var grader = Python(
            $"import time\ndef lambda_handler(event, context):\n    if event[0]['id'] != '0': time.sleep(60)\n    return {Scores1}",
            _limits with { BatchSeconds = 3 });

        var grades = (await Grade(grader, 3)).OrderBy(grade => grade.Id).ToArray();

        Assert.Equal(1, grades[0].Score);
        Assert.All(grades[1..], grade => Assert.Equal(new("deadline", "the batch took longer than 3 s."), grade.Fault));
    }

    [PythonFact]
    public async Task A_stop_ends_the_worker_and_the_batch()
    {
        await using var grader = Python("import time\ndef lambda_handler(event, context):\n    time.sleep(600)", _limits with { CallSeconds = 600 });
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grader.Grade([Items.Of("x")], stop.Token));

        Assert.Empty(Marks.Living());
    }

    [PythonFact]
    public async Task A_worker_sees_none_of_our_secrets_and_no_network()
    {
        Environment.SetEnvironmentVariable("HONE_TEST_TOKEN", "secret");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        try
        {
            await using var grader = Python(
                $$"""
                import os, socket
                def reaches():
                    try: socket.create_connection(("127.0.0.1", {{((IPEndPoint)listener.LocalEndpoint).Port}}), 5); return True
                    except OSError: return False
                def lambda_handler(event, context):
                    names = sorted(os.environ)
                    seen = int("HONE_TEST_TOKEN" in names) + 2 * int(reaches())
                    return [{"id": e["id"], "aggregate_reward_score": seen, "reason": " ".join(names)} for e in event]
                """, _limits);

            var grade = Assert.Single(await Grade(grader, 1));

            Assert.Equal(
                "HOME HONE_WORKER LANG PATH PYTHONDONTWRITEBYTECODE PYTHONHASHSEED PYTHONIOENCODING PYTHONUSERBASE TEMP TMP TMPDIR",
                grade.Reason.Replace("PWD ", ""));
            Assert.Equal(ContainmentProbe.Here is OwnSession ? 2 : 0, grade.Score);
        }
        finally
        {
            Environment.SetEnvironmentVariable("HONE_TEST_TOKEN", null);
        }
    }

    [PythonFact]
    public async Task A_worker_writes_to_its_temporary_folder_only()
    {
        if (!ContainmentProbe.Here.BoundsTemporaryFolder)
        {
            return;
        }

        await using var grader = Python(
            """
            import os, tempfile
            def writes(folder):
                try:
                    open(os.path.join(folder, "x"), "w").close()
                    return 1
                except OSError:
                    return 0
            def lambda_handler(event, context):
                written = writes(tempfile.gettempdir()) + 10 * writes(os.path.dirname(__file__)) + 100 * writes("/")
                return [{"id": e["id"], "aggregate_reward_score": written} for e in event]
            """, _limits);

        Assert.Equal([1], await Scores(grader, 1));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_a_fault_that_names_it()
    {
        await using var grader = ProcessGrader.Of(["/no/such/program"], _folder, _limits with { CallSeconds = 5 }, new PlainProcess());

        Assert.All(await Grade(grader, 3), grade => Assert.Contains("/no/such/program could not be started", grade.Fault!.Message));
    }

    [Fact]
    public async Task A_python_that_is_not_there_is_a_fault_that_says_what_to_do()
    {
        await using var grader = PythonGrader.OfFile(Path.Combine(_folder, "x.py"), "lambda_handler", _limits, interpreter: "/no/such/python");

        Assert.Contains("needs Python 3.8 or later as /no/such/python", Assert.Single(await Grade(grader, 1)).Fault!.Message);
    }

    WorkerGrader Counting(WorkerLimits limits) => Python(
        """
        count = 0
        def lambda_handler(event, context):
            global count
            count += 1
            return [{"id": e["id"], "aggregate_reward_score": count} for e in event]
        """, limits);

    WorkerGrader Python(string source, WorkerLimits limits)
    {
        string file = Path.Combine(_folder, "reward.py");
        File.WriteAllText(file, source);
        return PythonGrader.OfFile(file, "lambda_handler", limits);
    }

    static Task<IReadOnlyList<Grade>> Grade(IGrader grader, int count) =>
        grader.Grade([.. Enumerable.Range(0, count).Select(i => Items.Of("x", id: $"{i}"))], CancellationToken.None);

    static async Task<IEnumerable<double>> Scores(IGrader grader, int count) =>
        (await Grade(grader, count)).OrderBy(grade => int.Parse(grade.Id)).Select(grade => grade.Score ?? double.NaN);
}
