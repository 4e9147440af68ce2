namespace Hone.Cli;

/// <summary>The model and recipes that come with Hone: beside the program, or in the repository above it or above the working folder.</summary>
static class ShippedFiles
{
    public static string Find(string relative)
    {
        var places = Ancestors(AppContext.BaseDirectory).Concat(Ancestors(Environment.CurrentDirectory));
        return places.Select(folder => Path.Combine(folder, relative)).FirstOrDefault(File.Exists)
            ?? throw new CommandException($"{relative} is not beside the program nor above {Environment.CurrentDirectory}; "
                + "run the command in a clone of the repository, or use the published folder as it is.");
    }

    static IEnumerable<string> Ancestors(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }
}
