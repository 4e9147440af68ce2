using System.Text.Json;
using Hone.Grading;

namespace Hone.Cli;

/// <summary>A file with grader JSON. Paths in it start from its folder.</summary>
static class GraderFile
{
    /// <exception cref="CommandException">There is no such file, or its settings have problems: all of them.</exception>
    public static IGrader Build(string file)
    {
        var settings = Read(file);
        var context = new GraderContext(Path.GetDirectoryName(Path.GetFullPath(file))!);
        string[] problems = [.. settings.Problems("grader", context)];
        return problems.Length == 0
            ? settings.Build(context)
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
