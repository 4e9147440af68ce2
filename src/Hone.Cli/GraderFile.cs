using System.Text.Json;
using Hone.Grading;
using Hone.Training.Judging;

namespace Hone.Cli;

/// <summary>A file with a grader's JSON, as commands take it beside a run or a model.</summary>
static class GraderFile
{
    /// <summary>The grader, held to its contract. Its relative paths start from the file's folder.</summary>
    /// <exception cref="CommandException">There is no such file, or it holds no grader.</exception>
    public static GuardedGrader Build(string file)
    {
        var settings = Read(file);
        var context = new GraderContext(Path.GetDirectoryName(Path.GetFullPath(file))!) { Tell = Console.Error.WriteLine };
        string[] problems = [.. settings.Problems("grader", context)];
        return problems.Length == 0
            ? settings.BuildGuarded(context)
            : throw new CommandException(string.Join(Environment.NewLine, problems.Select(problem => $"{file}: {problem}")));
    }

    static GraderSettings Read(string file)
    {
        if (!File.Exists(file))
        {
            throw new CommandException($"--grader is {file}, but there is no such file; name a file with grader JSON.");
        }

        try
        {
            return GraderSettings.Parse(File.ReadAllText(file));
        }
        catch (JsonException e)
        {
            throw new CommandException($"{file}, line {e.LineNumber + 1}: this is not JSON; a grader is an object such as {{\"kind\":\"finalNumber\"}}.");
        }
    }
}
