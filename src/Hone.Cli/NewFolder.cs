namespace Hone.Cli;

/// <summary>Folders that a command is about to write: nothing is written over.</summary>
static class NewFolder
{
    public static void Require(string folder, string option)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new CommandException($"{option} is {folder}, which exists and is not empty; name a new folder, or remove that one.");
        }

        Directory.CreateDirectory(folder);
    }
}
