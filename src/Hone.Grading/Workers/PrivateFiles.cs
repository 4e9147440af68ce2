using System.Collections.Concurrent;

namespace Hone.Grading.Workers;

/// <summary>
/// Folders and files that user code of this process does not get to see: those of a service that runs the code of several people. With the first
/// of them, this user's home and temporary files are out of sight too, but for what programs of workers need. None, unless somebody says so.
/// </summary>
public static class PrivateFiles
{
    static readonly ConcurrentDictionary<string, bool> _paths = new(StringComparer.Ordinal);

    public static bool Any => !_paths.IsEmpty;

    /// <summary>Workers can be kept from them on this machine.</summary>
    public static bool CanBeHidden => ContainmentProbe.Here.HidesFiles;

    /// <summary>Said before the first worker starts; what is not there yet counts once it is.</summary>
    public static void Hide(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            _paths[Real(path)] = true;
        }
    }

    /// <summary>Those that are folders, outer ones first.</summary>
    internal static IEnumerable<string> Folders => _paths.Keys.Where(Directory.Exists).Order(StringComparer.Ordinal);

    internal static IEnumerable<string> Files => _paths.Keys.Where(File.Exists).Where(file => !IsInFolder(file)).Order(StringComparer.Ordinal);

    /// <summary>This user's home and its temporary files, among them sockets that lead into its processes; none of them in another.</summary>
    internal static IReadOnlyList<string> OwnFolders
    {
        get
        {
            string[] own = !Any ? [] :
            [
                .. new[] { Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Path.GetTempPath() }
                    .Where(Directory.Exists).Select(Real).Where(folder => Path.GetPathRoot(folder) != folder).Distinct().Order(StringComparer.Ordinal),
            ];
            return [.. own.Where(folder => !own.Any(outer => outer != folder && IsBelow(folder, outer)))];
        }
    }

    /// <summary>It lies in a private folder.</summary>
    internal static bool IsInFolder(string path) => Folders.Any(folder => IsBelow(Real(path), folder));

    internal static bool IsBelow(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + '/', StringComparison.Ordinal);

    // A folder that is reached through a link is hidden where it is.
    static string Real(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        FileSystemInfo at = Directory.Exists(full) ? new DirectoryInfo(full) : new FileInfo(full);
        string real = at.Exists ? at.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full : full;
        return Path.GetDirectoryName(real) is { } parent && parent != Path.GetPathRoot(real)
            ? Path.Combine(Real(parent), Path.GetFileName(real))
            : real;
    }
}
