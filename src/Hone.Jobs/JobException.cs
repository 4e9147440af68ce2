namespace Hone.Jobs;

/// <summary>A job cannot be run as it is written. The message is one sentence for each problem, ready to be shown.</summary>
public sealed class JobException : Exception
{
    public JobException(string file, IReadOnlyList<string> problems) : base(Describe(file, problems))
    {
        File = file;
        Problems = problems;
    }

    public string File { get; }

    public IReadOnlyList<string> Problems { get; }

    static string Describe(string file, IReadOnlyList<string> problems) =>
        problems.Count == 1
            ? $"{file}: {problems[0]}"
            : $"{file} has {problems.Count} problems:\n" + string.Join('\n', problems.Select(problem => "  - " + problem));
}
