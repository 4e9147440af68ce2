namespace Hone.Grading.Workers;

/// <summary>The variables of a worker: where programs and its temporary folder are, and what its settings name. No secrets of ours.</summary>
static class WorkerEnvironment
{
    public const string MarkName = "HONE_WORKER";

    // What programs do not start without on Windows.
    static readonly string[] _ofWindows =
        ["SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "windir", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"];

    /// <param name="mark">A word that no other worker has, to know processes by that left the worker's tree.</param>
    public static Dictionary<string, string> Of(WorkerProgram program, WorkerLimits limits, string temporaryFolder, string mark)
    {
        var variables = new Dictionary<string, string>
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin",
            ["LANG"] = "C.UTF-8",
            ["HOME"] = temporaryFolder,
            ["TMPDIR"] = temporaryFolder,
            ["TMP"] = temporaryFolder,
            ["TEMP"] = temporaryFolder,
            [MarkName] = mark,
        };
        foreach (var (name, value) in program.Environment)
        {
            variables[name] = value;
        }

        Copy(limits.Environment, variables);
        if (OperatingSystem.IsWindows())
        {
            Copy(_ofWindows, variables);
        }

        return variables;
    }

    static void Copy(IEnumerable<string> names, Dictionary<string, string> variables)
    {
        foreach (string name in names)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                variables[name] = value;
            }
        }
    }
}
