# Grades programs by tests. A process that was made before any event came runs the programs, each test in a copy of itself:
# what a call has to return, and what a program has to print, is compared here, where the tested code cannot see it.
import ctypes
import json
import os
import resource
import secrets
import select
import shutil
import signal
import sys
import time

MOST_OUTPUT = 1 << 20


def grade(event, context):
    return [grade_one(one) for one in event]


def grade_one(one):
    tests, passed, first = one["tests"], 0, None
    end = time.monotonic() + one["seconds"]
    for index, test in enumerate(tests):
        seconds = min(one["testSeconds"], end - time.monotonic())
        problem = problem_of(one["code"], test, seconds) if seconds > 0 else "there was no time left for it"
        if problem is None:
            passed += 1
        elif first is None:
            first = "test %d: %s" % (index + 1, problem)
        if problem is not None and one["all"]:
            break
    share = passed / len(tests)
    return {
        "id": one["id"],
        "aggregate_reward_score": float(passed == len(tests)) if one["all"] else share,
        "reason": "All %d tests pass." % passed if first is None else "%d of %d tests pass; %s." % (passed, len(tests), first),
        "metrics_list": [{"name": "passed", "value": share, "type": "Metric"}],
    }


def problem_of(code, test, seconds):
    """What is wrong, in words; None where the test passes."""
    token = secrets.token_hex(16)
    job = {"code": code, "seconds": seconds, "token": token}
    for key in ("script", "call", "input", "entry"):
        if key in test:
            job[key] = test[key]
    done = RUNNER.run(job)
    if done["late"]:
        return "it ran longer than it may"
    if "input" in test:
        if done["error"]:
            return done["error"]
        return None if lines(done["output"]) == lines(test["output"]) else "it prints " + short(done["output"])
    if done["error"] or done["token"] != token:
        return done["error"] or "the program ended before the test did"
    if "call" in test:
        return None if equal(done["value"], test["equals"]) else test["call"] + " is not what it should be"
    return None


def lines(text):
    return [line.rstrip() for line in text.rstrip().splitlines()]


def short(text):
    return repr(text if len(text) <= 60 else text[:60] + "…")


def equal(tagged, wanted):
    """A returned value, as tag() made it, against a value of JSON."""
    kind, value = tagged
    if kind == "plain":
        if isinstance(value, bool) or isinstance(wanted, bool) or value is None or wanted is None or isinstance(value, str):
            return type(value) is type(wanted) and value == wanted
        if not isinstance(wanted, (int, float)):
            return False
        return value == wanted or abs(value - wanted) <= 1e-9 * max(abs(value), abs(wanted))
    if kind == "list":
        return isinstance(wanted, list) and len(value) == len(wanted) and all(equal(a, b) for a, b in zip(value, wanted))
    if kind == "set":
        rest = list(wanted) if isinstance(wanted, list) else None
        if rest is None or len(rest) != len(value):
            return False
        for one in value:
            at = next((i for i, other in enumerate(rest) if equal(one, other)), None)
            if at is None:
                return False
            rest.pop(at)
        return True
    if kind == "dict":
        return isinstance(wanted, dict) and len(value) == len(wanted) and all(key in wanted and equal(one, wanted[key]) for key, one in value)
    return False


def tag(value, depth=0):
    kind = type(value)
    if depth > 50:
        return ["other", None]
    if value is None or kind in (bool, int, float, str):
        return ["plain", value]
    if kind in (list, tuple):
        return ["list", [tag(one, depth + 1) for one in value]]
    if kind in (set, frozenset):
        return ["set", [tag(one, depth + 1) for one in value]]
    if kind is dict:
        return ["dict", [[key if type(key) is str else json.dumps(key), tag(one, depth + 1)] for key, one in value.items()]]
    return tag(value.tolist(), depth + 1) if hasattr(value, "tolist") else ["other", None]


class Runner:
    """The process that runs programs. It knows code and calls, and nothing of what is expected."""

    def __init__(self):
        there, here = os.pipe(), os.pipe()
        if os.fork() == 0:
            close_all_but(there[0], here[1])
            serve(os.fdopen(there[0], "rb"), here[1])
        hide_memory()
        os.close(there[0])
        os.close(here[1])
        self.ask, self.hear = there[1], os.fdopen(here[0], "rb")

    def run(self, job):
        write_all(self.ask, json.dumps(job).encode() + b"\n")
        line = self.hear.readline()
        if not line:
            os._exit(3)
        return json.loads(line)


def write_all(file, data):
    while data:
        data = data[os.write(file, data):]


def serve(incoming, outgoing):
    adopt_orphans()
    for line in incoming:
        write_all(outgoing, json.dumps(run(json.loads(line))).encode() + b"\n")
    os._exit(0)


def adopt_orphans():
    prctl(36, 1)


def hide_memory():
    prctl(4, 0)


def prctl(option, value):
    """Of Linux; elsewhere nothing."""
    try:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
    except (OSError, AttributeError):
        pass


def close_all_but(*kept):
    """So that nothing here can speak for the processes above."""
    low = 3
    for file in sorted(kept):
        os.closerange(low, file)
        low = file + 1
    os.closerange(low, 1024)


def run(job):
    folder = os.path.join(os.environ.get("TMPDIR", "/tmp"), "test")
    os.makedirs(folder, exist_ok=True)
    printed, told = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        close_all_but(printed[1], told[1])
        try:
            run_here(job, folder, printed[1], told[1])
        finally:
            os._exit(1)
    os.close(printed[1])
    os.close(told[1])
    output, result, late = collect(printed[0], told[0], job["seconds"])
    end_all(child)
    shutil.rmtree(folder, ignore_errors=True)
    done = {"late": late, "output": output.decode("utf-8", "replace"), "token": None, "value": None, "error": None}
    try:
        said = json.loads(result)
        if isinstance(said, dict):
            done.update({key: said[key] for key in ("token", "value", "error") if key in said})
    except ValueError:
        if "input" not in job and not late:
            done["error"] = "the program ended before the test did"
    return done


def collect(printed, told, seconds):
    """What the child printed and told, until it has told it or its time is over."""
    found, end = {printed: b"", told: b""}, time.monotonic() + seconds
    open_files = [printed, told]
    while open_files:
        ready, _, _ = select.select(open_files, [], [], max(0, end - time.monotonic()) if told in open_files else 0)
        if not ready:
            break
        for file in ready:
            data = os.read(file, 1 << 16)
            found[file] += data
            if not data or len(found[file]) > MOST_OUTPUT:
                open_files.remove(file)
    os.close(printed)
    os.close(told)
    return found[printed], found[told], told in open_files


def end_all(child):
    """Ends the child with what it started. Where something got away, this whole worker ends, and everything with it."""
    for kill, target in ((os.killpg, child), (os.kill, child)):
        try:
            kill(target, signal.SIGKILL)
        except OSError:
            pass
    end = time.monotonic() + 1
    while True:
        try:
            gone, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if gone == 0:
            if time.monotonic() > end:
                os._exit(4)
            time.sleep(0.0005)


def run_here(job, folder, printed, told):
    os.setsid()
    os.chdir(folder)
    half = resource.getrlimit(resource.RLIMIT_DATA)[0] // 2
    if half > 0:
        resource.setrlimit(resource.RLIMIT_DATA, (half, half))
    seconds = int(job["seconds"]) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    os.dup2(printed, 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with open("input", "w", encoding="utf-8") as file:
        file.write(job.get("input", ""))
    os.dup2(os.open("input", os.O_RDONLY), 0)
    sys.stdin, sys.stdout = open(0, encoding="utf-8", closefd=False), open(1, "w", encoding="utf-8", closefd=False)
    answer = {}
    try:
        answer = perform(job)
    except SystemExit as leaving:
        if "input" not in job or leaving.code not in (None, 0):
            answer["error"] = "it called exit"
    except BaseException as error:
        answer["error"] = words(error)
    try:
        sys.stdout.flush()
    except BaseException:
        pass
    write_all(told, json.dumps(answer).encode())
    os._exit(0)


def perform(job):
    name = "__main__" if "input" in job else "candidate"
    space = {"__name__": name, "__builtins__": __builtins__}
    token = job.pop("token")
    exec(compile(job["code"], "program", "exec"), space)
    if "call" in job:
        return {"token": token, "value": tag(eval(compile(job["call"], "call", "eval"), space))}
    if "script" in job:
        before = dict(space)
        exec(compile(job["script"], "test", "exec"), space)
        if job.get("entry") and callable(space.get("check")):
            space["check"](space[job["entry"]])
        run_named({key: value for key, value in space.items() if before.get(key) is not value})
        return {"token": token}
    return {}


def run_named(new):
    """Functions and classes that the test defines in the way of pytest and unittest."""
    cases = [value for value in new.values() if isinstance(value, type) and any(base.__name__ == "TestCase" for base in value.__mro__)]
    for case in cases:
        import unittest

        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
        if not result.wasSuccessful():
            raise AssertionError((result.failures + result.errors)[0][1].strip().splitlines()[-1])
    for key, value in new.items():
        if key.startswith("test") and callable(value) and not isinstance(value, type):
            value()


def words(error):
    try:
        text = str(error)
    except BaseException:
        text = ""
    return " ".join((type(error).__name__ + (": " + text if text else "")).split())[:200]


RUNNER = Runner()
