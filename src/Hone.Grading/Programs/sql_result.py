# Grades a query by the rows it returns, beside those of the query that is known to be right, in SQLite.
# Queries can read and nothing else. They are held to a number of steps, which is the same on every machine.
import json
import re
import sqlite3
from collections import Counter

STEPS_PER_CHECK = 10_000
MOST_ROWS = 100_000
READ, SELECT, FUNCTION, RECURSIVE = 20, 21, 31, 33
_databases = {}


def grade(event, context):
    return [grade_one(one) for one in event]


def grade_one(one):
    try:
        database = open_database(one)
    except sqlite3.Error as error:
        return {"id": one["id"], "error": "the database cannot be made: %s" % error}
    if "rows" in one:
        wanted = [tuple(row) for row in one["rows"]]
    else:
        wanted, problem = database.rows(one["reference"], one["steps"])
        if wanted is None:
            return {"id": one["id"], "error": "the reference query fails: %s" % problem}
    found, problem = database.rows(one["query"], one["steps"])
    if found is None:
        return result(one, 0, "The query fails: %s." % problem.rstrip("."))
    ordered = one["order"] == "exact" or (one["order"] == "auto" and "reference" in one and is_ordered(one["reference"]))
    same, why = compare(found, wanted, ordered)
    return result(one, int(same), why)


def result(one, score, reason):
    return {"id": one["id"], "aggregate_reward_score": score, "reason": reason}


def compare(found, wanted, ordered):
    found, wanted = [normal(row) for row in found], [normal(row) for row in wanted]
    if len(found) != len(wanted):
        return False, "It returns %d rows, not %d." % (len(found), len(wanted))
    if found == wanted or (not ordered and Counter(found) == Counter(wanted)):
        return True, "It returns the %d rows of the reference." % len(wanted)
    if Counter(found) == Counter(wanted):
        return False, "It returns the rows of the reference in another order."
    return False, "It returns other rows than the reference."


def normal(row):
    return tuple(normal_value(value) for value in row)


def normal_value(value):
    """Numbers that differ by rounding are one: nine digits count."""
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, (int, float)):
        return ("number", value if isinstance(value, int) and abs(value) < 10**9 else float("%.9g" % value) + 0.0)
    return (type(value).__name__, value)


def is_ordered(query):
    """Whether ORDER BY stands outside of all parentheses, texts and comments."""
    bare = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/", " ", query, flags=re.S)
    outside, depth = [], 0
    for character in bare:
        depth += (character == "(") - (character == ")")
        outside.append(character if depth == 0 else " ")
    return re.search(r"\border\s+by\b", "".join(outside), re.I) is not None


def open_database(one):
    key = json.dumps([one.get("file"), one.get("schema")])
    if key not in _databases:
        if len(_databases) >= 16:
            _databases.pop(next(iter(_databases))).close()
        _databases[key] = Database(one.get("file"), one.get("schema"), one["megabytes"])
    return _databases[key]


class Database:
    def __init__(self, file, schema, megabytes):
        self._left = None
        self._limited = False
        if file and not file.lower().endswith(".sql"):
            self._connection = sqlite3.connect("file:%s?mode=ro&immutable=1" % quote(file), uri=True, isolation_level=None)
            self._connection.execute("SELECT count(*) FROM sqlite_master")
        else:
            self._connection = sqlite3.connect(":memory:", isolation_level=None)
            for script in filter(None, [read(file) if file else None, schema]):
                self._connection.executescript(script)
        self._connection.execute("PRAGMA hard_heap_limit=%d" % (megabytes << 19))
        self._connection.text_factory = lambda data: data.decode("utf-8", "replace")
        self._connection.set_authorizer(self._allows)
        self._connection.set_progress_handler(self._step, STEPS_PER_CHECK)
        self._limited = True

    def rows(self, query, steps):
        """The rows, or None and what is wrong."""
        self._left = steps // STEPS_PER_CHECK
        try:
            cursor = self._connection.execute(query)
            if cursor.description is None:
                return None, "it is no query"
            found = cursor.fetchmany(MOST_ROWS + 1)
            cursor.close()
            return (found, None) if len(found) <= MOST_ROWS else (None, "it returns more than %d rows" % MOST_ROWS)
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError, MemoryError) as error:
            return None, "it takes too long" if self._left < 0 else str(error) or type(error).__name__

    def close(self):
        self._connection.close()

    def _step(self):
        self._left = (self._left or 0) - 1
        return int(self._limited and self._left < 0)

    def _allows(self, action, first, second, database, trigger):
        if not self._limited:
            return sqlite3.SQLITE_OK
        reads = action in (READ, SELECT, RECURSIVE) or (action == FUNCTION and second != "load_extension")
        return sqlite3.SQLITE_OK if reads else sqlite3.SQLITE_DENY


def quote(path):
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def read(file):
    with open(file, encoding="utf-8") as text:
        return text.read()
