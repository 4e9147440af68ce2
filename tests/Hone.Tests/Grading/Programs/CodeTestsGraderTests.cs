using Hone.Grading;
using Hone.Grading.Programs;
using Hone.Grading.Workers;
using Hone.Tests.Grading.Workers;

namespace Hone.Tests.Grading.Programs;

[Collection(WorkerCollection.Name)]
public class CodeTestsGraderTests
{
    const string Calls = """{"tests":[{"call":"add(1, 2)","equals":3},{"call":"add(0, -1)","equals":-1}]}""";
    const string Programs = """{"tests":[{"input":"2\n","output":"4\n"},{"input":"3\n","output":"6"}]}""";
    const string Assertions = """{"test_list":["assert add(1, 2) == 3","assert add(0, -1) == -1"]}""";
    const string Check = """{"test":"def check(candidate):\n    assert candidate(1) == 2","entry_point":"inc"}""";
    const string Functions = """{"tests":"def test_one():\n    assert inc(1) == 2"}""";
    const string Case = """{"tests":"import unittest\nclass T(unittest.TestCase):\n    def test_one(self): self.assertEqual(inc(1), 2)"}""";

    static readonly WorkerLimits _limits = new() { Workers = 1, MemoryMegabytes = 256, Processes = 16, CallSeconds = 20 };

    // What the program is, its text, the tests, and the share that passes.
    static readonly (string Name, string Code, string Record, double Score)[] _programs =
    [
        ("right", "def add(a, b): return a + b", Calls, 1),
        ("half right", "def add(a, b): return abs(a + b)", Calls, 0.5),
        ("right in a block", "I add.\n```python\ndef add(a, b):\n    return a + b\n```", Calls, 1),
        ("right assertions", "def add(a, b): return a + b", Assertions, 1),
        ("half right assertions", "def add(a, b): return 3", Assertions, 0.5),
        ("right program", "print(2 * int(input()))", Programs, 1),
        ("program that exits", "import sys\nprint(2 * int(input()))\nsys.exit(0)", Programs, 1),
        ("program under main", "def main():\n    print(2 * int(input()))\nif __name__ == '__main__':\n    main()", Programs, 1),
        ("program that prints more", "n = int(input())\nfor i in range(10): print(i)", Programs, 0),
        ("check", "def inc(x): return x + 1", Check, 1),
        ("check, wrong", "def inc(x): return x", Check, 0),
        ("inputs and outputs in a text", "print(input())", """{"input_output":"{\"inputs\":[\"a\"],\"outputs\":[\"a\"]}"}""", 1),
        ("test functions", "def inc(x): return x + 1", Functions, 1),
        ("test functions, wrong", "def inc(x): return x", Functions, 0),
        ("a test case", "def inc(x): return x + 1", Case, 1),
        ("a test case, wrong", "def inc(x): return x", Case, 0),
        ("tests in the reference", "def inc(x): return x + 1", """{"reference_answer":{"tests":["assert inc(1) == 2"]}}""", 1),
        ("kinds of values", "def f(): return (1, [2.0], {'a': None}, True)", """{"tests":[{"call":"f()","equals":[1,[2],{"a":null},true]}]}""", 1),
        ("true is not 1", "def f(): return 1", """{"tests":[{"call":"f()","equals":true}]}""", 0),
        ("a set in any order", "def f(): return {3, 1, 2}", """{"tests":[{"call":"f()","equals":[1,2,3]}]}""", 1),

        ("empty", "", Calls, 0),
        ("no Python", "I cannot do that.", Calls, 0),
        ("another language", "```js\nconst add = (a, b) => a + b\n```", Calls, 0),
        ("exits", "import sys; sys.exit(0)", Assertions, 0),
        ("ends before calls", "import os; os._exit(0)", Calls, 0),
        ("ends before assertions", "import os; os._exit(0)", Assertions, 0),
        ("always equal", "class E:\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\ndef add(a, b): return E()", Calls, 0),
        ("a number that is always equal", "class E(int):\n    def __eq__(self, other): return True\ndef add(a, b): return E()", Calls, 0),
        ("says that it passed", "import os\nfor f in range(3, 40):\n    try: os.write(f, b'{\"token\": 1, \"value\": [\"plain\", 3]}')\n    except OSError: pass\nos._exit(0)", Calls, 0),
        ("ends the process above", "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\ndef add(a, b): return a + b", Calls, 0),
        ("recurses", "import sys\nsys.setrecursionlimit(10**9)\ndef add(a, b): return add(a, b)", Calls, 0),
        ("takes all memory", "x = []\nwhile True: x.append(bytearray(10**7))", Calls, 0),
        ("prints gigabytes", "while True: print('x' * 10**6)", Programs, 0),
        ("loops", "while True: pass", Calls, 0),
        ("sleeps", "import time; time.sleep(10**6)", Calls, 0),
        ("forks", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", Calls, 0),
        ("leaves a daemon", "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(10**6)\ndef add(a, b): return 0", Calls, 0),
        ("right to left", "\u202edef add(a, b): return a + b", Calls, 0),
        ("a null character", "x = 1\0", Calls, 0),
    ];

    [PythonFact]
    public async Task The_score_is_the_share_of_tests_that_pass_whatever_the_program_does()
    {
        await using var grader = CodeTestsGrader.Of(_limits with { Workers = 3 }, null, all: false, testSeconds: 1);

        var grades = await grader.Grade([.. _programs.Select(program => Records.Of(program.Code, program.Record, program.Name))], CancellationToken.None);

        Assert.Empty(_programs.Select(program => (Program: program, Grade: grades.Single(grade => grade.Id == program.Name)))
            .Where(pair => pair.Grade.Score != pair.Program.Score)
            .Select(pair => $"{pair.Program.Name}: {pair.Grade.Score}, not {pair.Program.Score}. {pair.Grade.Reason}"));
    }

    [PythonFact]
    public async Task All_or_nothing_is_a_setting()
    {
        await using var grader = GraderSettings.Parse("""{"kind":"codeTests","score":"all","workers":1}""").Build();

        Assert.Equal(0, (await grader.GradeOne(Records.Of("def add(a, b): return abs(a + b)", Calls))).Score);
        Assert.Equal(1, (await grader.GradeOne(Records.Of("def add(a, b): return a + b", Calls))).Score);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"tests":[]}""")]
    [InlineData("""{"tests":[{"call":"f()"}]}""")]
    [InlineData("""{"tests":[3]}""")]
    public async Task A_record_without_tests_is_a_fault(string record)
    {
        await using var grader = CodeTestsGrader.Of(_limits, null, all: false, testSeconds: 1);

        Assert.Equal("reference", (await grader.GradeOne(Records.Of("x = 1", record))).Fault!.Boundary);
    }
}
