# Runs in a worker: loads a function, then answers each line {"event": ...} with a line {"result": ...} or {"error": "..."}.
# What it needs is bound before user code runs, which may replace anything it can reach. Where it can, it stays as it is after loading and
# answers in a copy of itself. On the line "renew" a new copy takes over, as if the function had never been called; where a copy ends, too, after
# the line "ended" with its code.
import sys

# Files beside the function must not stand for Python's own modules here.
sys.path[:] = [folder for folder in sys.path if folder]

import importlib.util
import json
import os
import shutil
import threading
import time
import traceback
import types


RENEW = b"renew\n"
RENEWED, DONE = 86, 87  # Exit codes of a copy that makes room for the next, and of one that is asked nothing more.


def serve(
    settings,
    dumps=json.dumps, loads=json.loads, write=os.write, getpid=os.getpid, leave=os._exit, waitid=getattr(os, "waitid", None),
    threads=threading.active_count, clock=time.time,
):
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)

    def send(text):
        data = text.encode("utf-8", "replace") + b"\n"
        while data:
            data = data[write(outgoing, data):]

    def has_children():
        if waitid is None:
            return False
        try:
            waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            return True
        except ChildProcessError:
            return False

    files = open_files()
    try:
        call = load(settings)
    except BaseException as error:
        send(describe(error, settings["name"] + " could not be loaded"))
        leave(1)

    renewable = not has_children() and can_be_copied(settings, files)
    if renewable:
        become_copy(send)
    own, threads_at_rest, children_at_rest = getpid(), threads(), has_children()

    def left():
        if has_children() and not children_at_rest:
            return "processes"
        return "threads" if threads() > threads_at_rest else None

    send("ready renewable" if renewable else "ready")
    for line in incoming:
        if line == RENEW:
            leave(RENEWED)
        try:
            answer = dumps({"result": to_json(call(loads(line)["event"], Context(settings, clock)), dumps)}, default=plain)
        except BaseException as error:
            answer = dumps({"error": describe(error)})
        # A copy of this process that the function left behind must not answer too.
        if getpid() != own:
            leave(0)
        if left():
            answer = answer[:-1] + ', "left": "%s"}' % left()
        send(answer)
    leave(DONE if renewable else 0)


def open_files():
    return sorted(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None


def can_be_copied(settings, files):
    """Whether copies of this process would share nothing that one of them could spoil for the next: no thread, file or memory, and it is small."""
    try:
        with open("/proc/self/statm") as pages, open("/proc/self/maps") as memory:
            resident, shared = int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"), "rw-s" in memory.read()
        alone = len(os.listdir("/proc/self/task")) == 1 and open_files() == files and not shared
        return alone and resident <= max(settings["megabytes"] << 17, 16 << 20) and not os.listdir(os.environ["TMPDIR"])
    except (OSError, KeyError):
        return False


def become_copy(send):
    """Returns in a copy of this process, and in another whenever one has ended."""
    folder, random = os.environ["TMPDIR"], sys.modules.get("random")
    numbers = random and random.getstate()
    while True:
        copy = os.fork()
        if copy == 0:
            if random:
                random.setstate(numbers)  # Python seeds it anew in a copy.
            return
        status = os.waitpid(copy, 0)[1]
        code = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        if code == DONE or not is_emptied(folder):
            os._exit(0 if code == DONE else code)
        if code != RENEWED:
            send("\nended %d" % code)


def is_emptied(folder):
    try:
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)
        return not os.listdir(folder)
    except OSError:
        return False


def to_json(result, dumps):
    """The result, with what is no number in JSON as a text."""
    try:
        dumps(result, default=plain, allow_nan=False)
        return result
    except ValueError:
        return without_nan(result)


def without_nan(value):
    if isinstance(value, float):
        return value if value - value == 0 else repr(value)
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nan(item) for item in value]
    return value


def plain(value):
    """Numbers of other packages, such as numpy's and decimal's."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "__float__"):
        return float(value)
    raise TypeError("the result holds a " + type(value).__name__ + ", which JSON has no form for")


def describe(error, before=None):
    try:
        text = str(error)
    except BaseException:
        text = "an error whose text cannot be had"
    words = type(error).__name__ + (": " + text if text else "")
    try:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        if frame.filename != "<string>":
            words += " (line %d of %s)" % (frame.lineno, os.path.basename(frame.filename))
    except BaseException:
        pass
    return " ".join(((before + ": " if before else "") + words[:400]).split())


class Context:
    """What AWS hands to a handler beside the event."""

    def __init__(self, settings, clock):
        self._clock = clock
        self._end = clock() + settings["seconds"]
        self.function_name = settings["name"]
        self.function_version = "$LATEST"
        self.invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:" + settings["name"]
        self.memory_limit_in_mb = settings["megabytes"]
        self.aws_request_id = "00000000-0000-0000-0000-000000000000"
        self.log_group_name = "/aws/lambda/" + settings["name"]
        self.log_stream_name = "worker"
        self.identity = None
        self.client_context = None

    def get_remaining_time_in_millis(self):
        return max(0, int(1000 * (self._end - self._clock())))


def load(settings):
    """The function, called with an event and a context."""
    module = load_file(settings) if settings.get("file") else load_source(settings)
    function = getattr(module, settings["function"], None)
    if not callable(function):
        raise LookupError("there is no function " + settings["function"])
    return one_by_one(function) if settings.get("each") else function


def load_file(settings):
    path = settings["file"]
    sys.argv = [path]
    sys.path.insert(0, os.path.dirname(path))
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def load_source(settings):
    sys.argv = ["grader"]
    module = types.ModuleType("grader")
    sys.modules["grader"] = module
    exec(compile(settings["source"], "grader", "exec"), module.__dict__)
    return module


def one_by_one(grade):
    """A function of a sample and an item, as a function of an event."""

    def handle(event, context):
        return [{"id": one["id"], "aggregate_reward_score": number(grade(one["sample"], one["item"]))} for one in event]

    return handle


def number(value):
    return float(value) if hasattr(value, "__float__") else value


if __name__ == "__main__":
    serve(json.loads(sys.argv[1]))
