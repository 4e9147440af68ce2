namespace Hone.Tests.Grading.Workers;

/// <summary>A reward function that misbehaves for the completion "bad", or before it is called.</summary>
/// <param name="Body">What it does for "bad", before it returns good scores. Several lines are indented by their first.</param>
/// <param name="Expected">The kinds that the fault may have, separated by |. Null: there is a score.</param>
sealed record HostileGrader(string Name, string Body, string? Expected)
{
    /// <summary>Runs at import.</summary>
    public string AtImport { get; init; } = "";

    /// <summary>Runs in every call.</summary>
    public string AtCall { get; init; } = "";

    /// <summary>Every item has the fault, not just the bad one.</summary>
    public bool SparesNobody { get; init; }

    public int Batch { get; init; } = 1;

    public bool EndsByDeadline => Expected == "deadline";

    public string Source => $$"""
        import ctypes, json, mmap, os, signal, socket, sys, tempfile, threading, time
        {{AtImport}}
        count = 0
        poisoned = False
        def good(event):
            return [{"id": one["id"], "aggregate_reward_score": 1.0} for one in event]
        def scored(event, score):
            return [{"id": one["id"], "aggregate_reward_score": score} for one in event]
        def is_bad(event):
            return any(one["messages"][-1]["content"] == "bad" for one in event)
        def lambda_handler(event, context):
            global count, poisoned
            count += 1
            {{AtCall}}
            if poisoned:
                raise RuntimeError("poisoned")
            if is_bad(event):
                {{Body.ReplaceLineEndings("\n").Replace("\n", "\n        ")}}
            return good(event)
        """;

    public override string ToString() => Name;
}

static class HostileGraders
{
    const string AnyEnd = "processes|memory|exception|deadline|crash";

    public static IReadOnlyList<HostileGrader> All { get; } = [.. Ends(), .. Hangs(), .. Greed(), .. Answers(), .. Leftovers(), .. Starts(), .. Batches()];

    static IEnumerable<HostileGrader> Ends() =>
    [
        new("raises", "raise ValueError('no')", "exception"),
        new("raises what has no text", "class E(Exception):\n    def __str__(self): raise ValueError\nraise E()", "exception"),
        new("raises a base exception", "class E(BaseException): pass\nraise E()", "exception"),
        new("is interrupted", "raise KeyboardInterrupt()", "exception"),
        new("exits", "sys.exit(0)", "exception"),
        new("exits at once", "os._exit(0)", "crash"),
        new("kills itself", "os.kill(os.getpid(), signal.SIGKILL)", "crash"),
        new("is terminated", "os.kill(os.getpid(), signal.SIGTERM)", "crash"),
        new("aborts", "os.abort()", "crash"),
        new("reads address 0", "ctypes.string_at(0)", "crash"),
        new("recurses", "def f(): f()\nf()", "exception"),
        new("recurses beyond its stack", "sys.setrecursionlimit(10**9)\nclass A:\n    def __repr__(self): return repr([self])\nrepr(A())", "crash|exception"),
        new("closes every file", "os.closerange(0, 1000)", "crash"),
        new("reads its input", "input()", "exception"),
    ];

    static IEnumerable<HostileGrader> Hangs() =>
    [
        new("loops", "while True: pass", "deadline"),
        new("sleeps", "time.sleep(10**6)", "deadline"),
        new("loops and ignores signals", "for s in range(1, 32):\n    try: signal.signal(s, signal.SIG_IGN)\n    except OSError: pass\nwhile True: time.sleep(1)", "deadline"),
        new("waits for its own lock", "l = threading.Lock(); l.acquire(); l.acquire()", "deadline"),
        new("waits for a thread without end", "t = threading.Thread(target=time.sleep, args=(10**6,)); t.start(); t.join()", "deadline"),
        new("stops itself", "os.kill(os.getpid(), signal.SIGSTOP)", "deadline"),
        new("waits for a child without end", "if os.fork() == 0: time.sleep(10**6)\nos.wait()", "deadline"),
    ];

    static IEnumerable<HostileGrader> Greed() =>
    [
        new("bombs with processes", "while True:\n    try: os.fork()\n    except OSError: pass", AnyEnd),
        new("bombs with sleeping processes", "for i in range(200):\n    if os.fork() == 0: time.sleep(10**6)\ntime.sleep(10**6)", "processes|exception"),
        new("bombs with threads", "while True: threading.Thread(target=time.sleep, args=(10**6,)).start()", AnyEnd),
        new("takes ten gigabytes", "x = bytearray(10**10)", "exception"),
        new("takes all memory bit by bit", "x = []\nwhile True: x.append(bytearray(10**7))", "exception|memory"),
        new("takes memory that is shared", "m = mmap.mmap(-1, 1 << 32)\nfor i in range(0, 1 << 32, 4096): m[i] = 1", "memory"),
        new("takes memory with children", "for i in range(4):\n    if os.fork() == 0: x = b'x' * 10**8; time.sleep(10**6)\ntime.sleep(10**6)", "memory"),
        new("prints without end", "while True: print('x' * 10**6)", "output"),
        new("logs without end", "while True: sys.stderr.write('x' * 1000)", "output"),
        new("answers with gigabytes", "return [{'id': 'b', 'aggregate_reward_score': 1, 'reason': 'x' * (1 << 25)}]", "output"),
        new("fills the disk with a file", "f = open(os.path.join(tempfile.gettempdir(), 'x'), 'wb')\nwhile True: f.write(b'x' * 10**6)", "exception|output|crash"),
        new("fills the disk with files", "for i in range(10**6):\n    with open(os.path.join(tempfile.gettempdir(), str(i)), 'wb') as f: f.write(b'x' * 10**6)", "exception|output"),
        new("opens files without end", "x = []\nwhile True: x.append(open('/dev/null'))", "exception|memory|deadline"),
    ];

    static IEnumerable<HostileGrader> Answers() =>
    [
        new("returns nothing", "return None", "answer"),
        new("returns an empty list", "return []", "answer"),
        new("returns an object", "return {'score': 1}", "answer"),
        new("returns numbers", "return [1.0 for one in event]", "answer"),
        new("answers for other ids", "return [{'id': 'z' + one['id'], 'aggregate_reward_score': 1} for one in event]", "answer"),
        new("answers twice", "return good(event) + good(event)", "answer"),
        new("scores NaN", "return scored(event, float('nan'))", "answer"),
        new("scores infinity", "return scored(event, -float('inf'))", "answer"),
        new("scores a number that is too large", "return scored(event, 10**400)", "answer"),
        new("scores a text", "return scored(event, '1.0')", "answer"),
        new("scores true", "return scored(event, True)", "answer"),
        new("scores null", "return scored(event, None)", "answer"),
        new("scores a list", "return scored(event, [1.0])", "answer"),
        new("says half a character", "return [{'id': 'b', 'aggregate_reward_score': 1, 'reason': '\\ud800'}]", "answer"),
        new("returns an object of its own", "return object()", "exception"),
        new("returns a generator", "return (one for one in event)", "exception"),
        new("returns a list in itself", "x = []; x.append(x); return x", "exception"),
        new("writes garbage where answers go", "for f in range(3, 30):\n    try: os.write(f, b'garbage\\n')\n    except OSError: pass", "answer"),
        new("writes garbage before its answer", "for f in range(3, 30):\n    try: os.write(f, b'{')\n    except OSError: pass", "answer"),
    ];

    static IEnumerable<HostileGrader> Leftovers() =>
    [
        new("prints answers", "print('{\"result\": []}')", null),
        new("returns twice", "os.fork()", null),
        new("leaves a child", "if os.fork() == 0: time.sleep(10**6)", null),
        new("leaves a daemon", "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(10**6)\n    os._exit(0)\nos.wait()", null),
        new("leaves a thread that loops", "def loop():\n    while True: pass\nthreading.Thread(target=loop, daemon=True).start()", null),
        new("leaves a thread that nobody ends", "threading.Thread(target=time.sleep, args=(10**6,)).start()", null),
        new("hangs when it leaves", "import atexit; atexit.register(time.sleep, 10**6)", null),
        new("replaces what the worker uses", "json.dumps = json.loads = os.write = os.getpid = threading.active_count = None", null),
        new("takes its output away", "sys.stdout = sys.stderr = None; print('x')", null),
        new("removes its folder", "import shutil; shutil.rmtree(os.environ['HOME'], ignore_errors=True)", null),
        new("poisons what comes after it", "poisoned = True", null),
        new("raises and poisons what comes after it", "poisoned = True; raise ValueError('no')", "exception"),
    ];

    static IEnumerable<HostileGrader> Starts() =>
    [
        new("exits at import", "", "start") { AtImport = "sys.exit(0)", SparesNobody = true },
        new("ends at import", "", "start") { AtImport = "os._exit(0)", SparesNobody = true },
        new("raises at import", "", "start") { AtImport = "raise ValueError('no')", SparesNobody = true },
        new("sleeps at import", "", "start") { AtImport = "time.sleep(10**6)", SparesNobody = true },
        new("is no Python", "", "start") { AtImport = "this is no Python", SparesNobody = true },
        new("imports what is not there", "", "start") { AtImport = "import no_such_module", SparesNobody = true },
        new("takes all memory at import", "", "start") { AtImport = "x = bytearray(10**10)", SparesNobody = true },
        new("prints at import", "pass", null) { AtImport = "print('hello')" },
        new("fails every second time", "pass", null) { AtCall = "if count % 2 == 0: raise ValueError('even')" },
    ];

    static IEnumerable<HostileGrader> Batches() =>
    [
        new("raises for a batch", "raise ValueError('no')", "exception") { Batch = 8 },
        new("ends for a batch", "os._exit(1)", "crash") { Batch = 8 },
        new("hangs for a batch", "while True: pass", "deadline") { Batch = 8 },
        new("skips an item of a batch", "return [one for one in good(event) if one['id'] != 'b']", "answer") { Batch = 8 },
        new("scores NaN in a batch", "return [{**one, 'aggregate_reward_score': float('nan') if one['id'] == 'b' else 1} for one in good(event)]", "answer") { Batch = 8 },
        new("returns half a batch", "return good(event)[:(len(event) + 1) // 2]", null) { Batch = 8 },
    ];
}
