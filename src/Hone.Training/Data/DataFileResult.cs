namespace Hone.Training.Data;

/// <summary>What is wrong with one line. Line 0: with the file.</summary>
public readonly record struct DataProblem(int Line, string Sentence)
{
    /// <summary>Which of several files it is in. Null: there is only one.</summary>
    public string? File { get; init; }
}

/// <summary>The good records of a file or of several, and what is wrong with the others.</summary>
/// <remarks>Problems holds the first <see cref="MostKept"/>; ProblemCount counts them all.</remarks>
public sealed record DataFileResult<T>(
    string Path, IReadOnlyList<T> Records, IReadOnlyList<DataProblem> Problems, int ProblemCount)
{
    /// <summary>Enough for a person, and a bound on memory where every line of a large file is bad.</summary>
    public const int MostKept = 1000;

    /// <summary>What is no problem but was left out, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <exception cref="DataFileException">There are problems.</exception>
    public IReadOnlyList<T> RecordsOrThrow() =>
        ProblemCount == 0 ? Records : throw new DataFileException(Path, Problems, ProblemCount);
}
