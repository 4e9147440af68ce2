namespace Hone.Models.Weights;

/// <summary>A file of a model or an adapter cannot be used. The message names the file and everything that is wrong with it.</summary>
public sealed class ModelFileException : Exception
{
    public ModelFileException(string path, string problem)
        : this(path, [problem])
    {
    }

    public ModelFileException(string path, long offset, string problem)
        : this(path, [$"at byte {offset}, {problem}"])
    {
    }

    public ModelFileException(string path, IReadOnlyList<string> problems)
        : base($"{path}: {string.Join(" ", problems)}")
    {
        Path = path;
        Problems = problems;
    }

    public string Path { get; }

    /// <summary>One sentence for each defect.</summary>
    public IReadOnlyList<string> Problems { get; }
}
