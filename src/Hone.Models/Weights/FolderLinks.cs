namespace Hone.Models.Weights;

/// <summary>
/// A model folder comes from a download: a link in it must not make Hone open files elsewhere on the machine. Links into the store of a
/// Hugging Face cache, <c>blobs</c> beside the folder's <c>snapshots</c>, are how that cache keeps its files.
/// </summary>
public static class FolderLinks
{
    // As many as Linux follows.
    const int MostLinks = 40;

    const string MoreTemplates = "additional_chat_templates";

    static readonly string[] _endings = [".json", ".jinja", ".txt", ".tiktoken", ".safetensors"];

    /// <summary>Looks at every file of the folder that a model, an adapter, a tokenizer or a template is read from.</summary>
    /// <exception cref="ModelFileException">One of them is reached through a link that leads out of the folder.</exception>
    public static void RequireInside(string folder)
    {
        foreach (string place in new[] { folder, Path.Combine(folder, MoreTemplates) }.Where(Directory.Exists))
        {
            foreach (string file in Directory.EnumerateFiles(place).Where(file => _endings.Contains(Path.GetExtension(file))))
            {
                RequireInside(folder, file);
            }
        }
    }

    /// <exception cref="ModelFileException">The file is reached through a link that leads out of the folder.</exception>
    public static void RequireInside(string folder, string path)
    {
        string root = Resolve(Path.GetFullPath(folder)), target = Resolve(Path.GetFullPath(path));
        if (!IsBelow(target, root) && !IsBelow(target, Store(root)))
        {
            throw new ModelFileException(path, $"the file is a link to {target}, which lies outside of the model folder; put the file itself there.");
        }
    }

    static string? Store(string folder) =>
        Path.GetDirectoryName(folder) is { } snapshots && Path.GetFileName(snapshots) == "snapshots"
            ? Path.Combine(Path.GetDirectoryName(snapshots)!, "blobs")
            : null;

    static bool IsBelow(string path, string? folder) =>
        folder is not null && path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // The path without links. What does not exist stays as it is: opening it says so.
    static string Resolve(string path)
    {
        string root = Path.GetPathRoot(path)!;
        string resolved = root;
        var open = new Stack<string>(path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse());
        for (int links = 0; open.TryPop(out string? part);)
        {
            string next = Path.GetFullPath(Path.Combine(resolved, part));
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new ModelFileException(path, $"the file is reached through more than {MostLinks} links.");
            }

            string absolute = Path.GetFullPath(Path.Combine(resolved, target));
            resolved = root;
            foreach (string one in absolute[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                open.Push(one);
            }
        }

        return resolved;
    }
}
