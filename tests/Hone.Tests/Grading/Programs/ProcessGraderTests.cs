using Hone.Grading;
using Hone.Grading.Programs;
using Hone.Grading.Workers;
using Hone.Tests.Grading.Workers;

namespace Hone.Tests.Grading.Programs;

[Collection(WorkerCollection.Name)]
public sealed class ProcessGraderTests : IDisposable
{
    const string Prologue = "import json, os, sys, time\ndef say(x): sys.stdout.write(x + '\\n'); sys.stdout.flush()\n"
        + "def answer(one, score=1): say(json.dumps({'id': one['id'], 'aggregate_reward_score': score}))\n"
        + "def bad(one): return one['messages'][-1]['content'] == 'bad'\n";

    // What the program does for each line, and the kind of fault that the item "bad" has; null where it has a score. Three kinds: of every item.
    static readonly (string Name, string Source, string? Expected)[] _programs =
    [
        ("answers", Loop("answer(one)"), null),
        ("answers after other lines", Loop("say('loading…'); say(''); answer(one); say('done')"), null),
        ("answers twice", Loop("answer(one); answer(one)"), null),
        ("answers a list", Loop("say(json.dumps([{'id': one['id'], 'aggregate_reward_score': 1}]))"), null),
        ("ends after every answer", Loop("answer(one); sys.exit(0)"), null),
        ("scores a text", Loop("answer(one, 'x' if bad(one) else 1)"), "answer"),
        ("scores NaN", Loop("answer(one, float('nan') if bad(one) else 1)"), "answer"),
        ("answers for another", Loop("answer({'id': 'z'} if bad(one) else one)"), "answer"),
        ("answers half", Loop("say('{\"id\":') if bad(one) else answer(one)"), "answer"),
        ("says nothing", Loop("None if bad(one) else answer(one)"), "deadline"),
        ("hangs", Loop("time.sleep(10**6 if bad(one) else 0); answer(one)"), "deadline"),
        ("ends", Loop("os._exit(3) if bad(one) else answer(one)"), "crash"),
        ("closes its output", Loop("os.close(1) if bad(one) else answer(one)\n    while bad(one): time.sleep(1)"), "deadline|crash"),
        ("chats without end", Loop("while bad(one): say('x' * 10000)\n    answer(one)"), "output"),
        ("does not read", "time.sleep(10**6)", "deadline deadline deadline"),
        ("ends at once", "sys.exit(7)", "crash crash crash"),
    ];

    static readonly WorkerLimits _limits = new() { Workers = 1, CallSeconds = 20, OutputMegabytes = 1, MemoryMegabytes = 256 };

    readonly string _folder = Directory.CreateTempSubdirectory("hone-process-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [PythonFact]
    public async Task A_program_that_misbehaves_costs_the_items_that_it_fails_on()
    {
        var found = await Task.WhenAll(_programs.Select(Problem));

        Assert.Empty(found.OfType<string>());
    }

    [PythonFact]
    public async Task A_command_runs_in_the_folder_of_its_script()
    {
        File.WriteAllText(Path.Combine(_folder, "grader.py"), Prologue + "rules = open('rules.txt').read()\n" + Loop("answer(one)"));
        File.WriteAllText(Path.Combine(_folder, "rules.txt"), "");
        await using var grader = GraderSettings.Parse("""{"kind":"process","command":["python3","grader.py"],"workers":1}""").Build(new(_folder));

        Assert.Equal(1, (await grader.GradeOne(Items.Of("x"))).Score);
    }

    async Task<string?> Problem((string Name, string Source, string? Expected) program)
    {
        string file = Path.Combine(_folder, program.Name.Replace(' ', '_') + ".py");
        File.WriteAllText(file, Prologue + program.Source);
        var limits = program.Expected?.StartsWith("deadline") == true ? _limits with { CallSeconds = 1.5 } : _limits;
        await using var grader = ProcessGrader.Of([PythonInterpreter.Find(null).Path, file], _folder, limits);

        var grades = await grader.Grade([Items.Of("bad", id: "b"), Items.Of("ok", id: "a"), Items.Of("ok", id: "c")], CancellationToken.None);

        string found = string.Join(' ', "bac".Select(id => grades.Single(grade => grade.Id == $"{id}")).Select(grade => grade.Fault?.Boundary ?? $"{grade.Score}"));
        string[] wanted = [.. (program.Expected ?? "1").Split('|').Select(kind => kind.Contains(' ') ? kind : $"{kind} 1 1")];
        return wanted.Contains(found) ? null : $"{program.Name}: {found}, not {string.Join(" or ", wanted)}: {grades.FirstOrDefault(grade => grade.Fault is not null)?.Fault}";
    }

    static string Loop(string body) => $"for line in sys.stdin:\n    one = json.loads(line)\n    {body}\n";
}
