namespace Hone.Jobs;

/// <summary>What somebody would type next, given where a run stands.</summary>
public static class NextCommands
{
    public static string[] After(RunReader run)
    {
        string folder = Quote(Path.GetRelativePath(Environment.CurrentDirectory, run.Path));
        return run.IsComplete() ? [$"hone chat {folder}", $"hone show {folder}"]
            : run.State() == RunState.Running ? [$"hone show {folder}"]
            : [$"hone resume {folder}"];
    }

    static string Quote(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;
}
