using System.Text;

namespace Hone.Training.Data;

/// <summary>A data file has bad lines. The message has a line of text for each of the first
/// <see cref="MostShown"/> and the number of the rest.</summary>
public sealed class DataFileException(string path, IReadOnlyList<DataProblem> problems, int problemCount)
    : Exception(Describe(path, problems, problemCount))
{
    public const int MostShown = 20;

    public IReadOnlyList<DataProblem> Problems => problems;

    public int ProblemCount => problemCount;

    static string Describe(string path, IReadOnlyList<DataProblem> problems, int problemCount)
    {
        var text = new StringBuilder();
        foreach (var problem in problems.Take(MostShown))
        {
            string file = problem.File ?? path, place = problem.Line > 0 ? $"{file}, line {problem.Line}" : file;
            text.Append(text.Length > 0 ? "\n" : "").Append($"{place}: {problem.Sentence}");
        }

        int rest = problemCount - Math.Min(MostShown, problems.Count);
        return rest == 0 ? text.ToString() : text.Append($"\n… and {rest} more.").ToString();
    }
}
