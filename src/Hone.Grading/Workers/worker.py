# Runs in a worker: loads a function, then answers each line {"event": ...} with a line {"result": ...} or {"error": "..."}.
# What it needs is bound before user code runs, which may replace anything it can reach.
import sys

# Files beside the function must not stand for Python's own modules here.
sys.path[:] = [folder for folder in sys.path if folder]

import importlib.util
import json
import os
import threading
import time
import traceback
import types


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
    own = getpid()

    def send(text):
        data = text.encode("utf-8", "replace") + b"\n"
        while data:
            data = data[write(outgoing, data):]

    try:
        call = load(settings)
    except BaseException as error:
        send(describe(error, settings["name"] + " could not be loaded"))
        leave(1)

    def has_children():
        if waitid is None:
            return False
        try:
            waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            return True
        except ChildProcessError:
            return False

    threads_at_rest, children_at_rest = threads(), has_children()

    def left_something():
        return threads() > threads_at_rest or (has_children() and not children_at_rest)

    send("ready")
    for line in incoming:
        try:
            answer = dumps({"result": to_json(call(loads(line)["event"], Context(settings, clock)), dumps)}, default=plain)
        except BaseException as error:
            answer = dumps({"error": describe(error)})
        # A copy of this process that the function left behind must not answer too.
        if getpid() != own:
            leave(0)
        if left_something():
            answer = answer[:-1] + ', "left": true}'
        send(answer)
    leave(0)


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
