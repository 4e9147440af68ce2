using Hone.Grading.Workers;

namespace Hone.Tests.Grading.Workers;

static class Python
{
    public static string? Missing { get; } = PythonInterpreter.IsThere() ? null : "needs python3 3.8 or later in PATH";

    public static string? MissingOnLinux => OperatingSystem.IsLinux() ? Missing : "needs Linux: what it looks at is in /proc";
}

/// <summary>A test of Python graders; skipped where there is no Python.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute() => Skip = Python.MissingOnLinux;
}

/// <summary>Cases of Python graders; skipped where there is no Python.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute() => Skip = Python.MissingOnLinux;
}

/// <summary>A Python test of half a minute, run where HONE_LONG_TESTS=1.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class LongPythonFactAttribute : FactAttribute
{
    public LongPythonFactAttribute() =>
        Skip = Environment.GetEnvironmentVariable("HONE_LONG_TESTS") == "1" ? Python.MissingOnLinux : "takes half a minute; set HONE_LONG_TESTS=1 to run it";
}

/// <summary>Tests that start workers run one after another: they count processes.</summary>
[CollectionDefinition(Name)]
public sealed class WorkerCollection
{
    public const string Name = "workers";
}
