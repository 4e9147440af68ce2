using System.Text.Json;

namespace Hone.Grading.Json.Schema;

/// <summary>The schema costs more on a value than the bounds allow; no verdict.</summary>
sealed class SchemaLimitException(string message) : Exception(message);

/// <summary>One value held against one schema.</summary>
/// <remarks>Bounded: <see cref="MostSteps"/> schemas are applied at most, <see cref="Deepest"/> inside of each other, and none later than
/// <see cref="TimeLimit"/> after the first. Of these the time alone depends on the machine; it is far above what the others let through,
/// but for patterns that are slow on each of many texts.</remarks>
sealed class SchemaRun(bool tracksSeen)
{
    public const int MostSteps = 1_000_000;
    public const int Deepest = 300;
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    readonly List<SchemaResource> _scope = [];
    readonly List<string> _path = [];
    readonly long _start = Environment.TickCount64;
    int _steps;
    int _depth;
    int _silent;

    /// <summary>The first thing that does not fit, as a sentence with its place.</summary>
    public string? Problem { get; private set; }

    /// <summary>The resources that led here, outermost first.</summary>
    public IReadOnlyList<SchemaResource> Scope => _scope;

    /// <param name="into">Gets what the schema has looked at, where the value fits.</param>
    public bool Fits(SchemaNode node, JsonElement value, Seen? into)
    {
        Bound();
        bool enters = _scope.Count == 0 || _scope[^1] != node.Resource;
        if (enters)
        {
            _scope.Add(node.Resource);
        }

        bool fits = FitsRules(node, value, into);
        if (enters)
        {
            _scope.RemoveAt(_scope.Count - 1);
        }

        _depth--;
        return fits;
    }

    /// <summary>As <see cref="Fits"/>, for a member or item of the value.</summary>
    public bool FitsChild(SchemaNode node, string step, JsonElement child)
    {
        _path.Add(step);
        bool fits = Fits(node, child, null);
        _path.RemoveAt(_path.Count - 1);
        return fits;
    }

    /// <summary>As <see cref="Fits"/>, where not to fit is no problem by itself.</summary>
    public bool FitsSilently(SchemaNode node, JsonElement value, Seen? into)
    {
        _silent++;
        bool fits = Fits(node, value, into);
        _silent--;
        return fits;
    }

    /// <param name="sentence">What was expected, as in "needs to be …", after the place.</param>
    public bool Fail(string sentence)
    {
        if (_silent == 0)
        {
            Problem ??= $"{(_path.Count == 0 ? "The value" : $"/{string.Join('/', _path)}")} {sentence}.";
        }

        return false;
    }

    void Bound()
    {
        _steps++;
        _depth++;
        string? over = _steps > MostSteps ? $"took more than {MostSteps:N0} steps"
            : _depth > Deepest ? $"applied more than {Deepest} schemas inside of each other"
            : Environment.TickCount64 - _start > TimeLimit.TotalMilliseconds ? $"took longer than {TimeLimit.TotalSeconds} s"
            : null;
        if (over is not null)
        {
            throw new SchemaLimitException($"the schema {over} on this answer");
        }
    }

    bool FitsRules(SchemaNode node, JsonElement value, Seen? into)
    {
        var seen = tracksSeen ? new Seen() : null;
        foreach (var rule in node.Rules)
        {
            if (!rule(this, value, seen))
            {
                return false;
            }
        }

        if (into is not null && seen is not null)
        {
            into.Add(seen);
        }

        return true;
    }
}
