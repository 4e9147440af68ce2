using Hone.Grading;
using Hone.Server.Accounts;

namespace Hone.Server.Queue.Graders;

/// <summary>Files that a grader may name: those that came with it, and base models as judges. Only the machine's owner may name others.</summary>
static class GraderFiles
{
    public static IEnumerable<string> Problems(Caller caller, GraderSettings grader, string path, GraderContext context, ServerSettings server)
    {
        if (IsOwner(caller))
        {
            return [];
        }

        string folder = Path.GetFullPath(context.Folder) + Path.DirectorySeparatorChar;
        string[] models = [.. server.ModelFolders.Select(Path.GetFullPath).Select(Path.TrimEndingDirectorySeparator)];
        return grader.Files(context).Where(file => !Path.GetFullPath(file.Path).StartsWith(folder, StringComparison.Ordinal)
                && !models.Contains(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(file.Path)))))
            .Select(file => $"{path}{file.Place} names a file of the server's machine, which only its owner may; upload the file and give its id.");
    }

    /// <summary>Whether the caller may name files of this machine.</summary>
    public static bool IsOwner(Caller caller) => caller.Account == Caller.FirstAccount && caller.Scopes.HasFlag(KeyScopes.Admin);
}
