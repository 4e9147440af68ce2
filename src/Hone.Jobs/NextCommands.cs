namespace Hone.Jobs;

/// <summary>What somebody would type next, given where a run stands.</summary>
public static class NextCommands
{
    public static string[] After(RunReader run)
    {
        string folder = Quote(Path.GetRelativePath(Environment.CurrentDirectory, run.Path));
        return Runs.State(run.Path) switch
        {
            RunState.Interrupted => [$"hone resume {folder}"],
            RunState.Running => [$"hone show {folder}"],
            _ => [$"hone chat {folder}", $"hone show {folder}"],
        };
    }

    static string Quote(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;
}
