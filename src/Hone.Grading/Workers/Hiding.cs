using System.Text;

namespace Hone.Grading.Workers;

/// <summary>What is taken out of a worker's sight, and what of it its program gets back.</summary>
/// <param name="Own">Folders of this user, which are taken before <paramref name="Shown"/> comes back.</param>
/// <param name="Shown">Folders of the program that lie in them.</param>
/// <param name="Folders">Private folders.</param>
/// <param name="Files">Private files outside of them.</param>
/// <param name="Given">Files of the program in private folders: it gets copies, which its user can read.</param>
sealed record Hiding(
    IReadOnlyList<string> Own, IReadOnlyList<string> Shown, IReadOnlyList<string> Folders, IReadOnlyList<string> Files, IReadOnlyList<string> Given)
{
    // A shell's descriptors of one digit that are free.
    const int FirstDescriptor = 3, MostFiles = 7;

    // A place to hold folders while what they lie in is taken.
    const string Aside = "/dev/shm";

    public static Hiding Of(WorkerProgram program)
    {
        var own = PrivateFiles.OwnFolders;
        return new(
            own,
            [.. program.Folders.Append(program.Folder).Distinct().Where(folder => IsIn(folder, own) && Directory.Exists(folder) && !PrivateFiles.IsInFolder(folder))
                .Order(StringComparer.Ordinal)],
            [.. PrivateFiles.Folders],
            [.. PrivateFiles.Files],
            [.. program.Files.Where(PrivateFiles.IsInFolder).Take(MostFiles)]);
    }

    static bool IsIn(string folder, IReadOnlyList<string> outer) => outer.Any(one => folder != one && PrivateFiles.IsBelow(folder, one));

    /// <summary>Shell commands that open what is given, before it is out of sight.</summary>
    public string Opening() => string.Concat(Given.Select((file, i) => $"exec {FirstDescriptor + i}<{Quoted(file)}; "));

    /// <summary>Shell commands for the inside of a mount namespace; <c>$1</c> is the worker's temporary folder.</summary>
    public string Mounts()
    {
        if (!PrivateFiles.Any)
        {
            return "";
        }

        var text = new StringBuilder(Opening()).Append('\n');
        text.AppendJoin("", Shown.Select((folder, i) => $"mkdir {Aside}/{i} && mount --bind {Quoted(folder)} {Aside}/{i} || exit 125\n").Prepend(Empty(Aside)));
        text.AppendJoin("", Own.Select(Empty));
        text.AppendJoin("", Shown.Select((folder, i) =>
            $"mkdir -p {Quoted(folder)} && mount --bind {Aside}/{i} {Quoted(folder)} && umount {Aside}/{i} && rmdir {Aside}/{i} || exit 125\n"));
        text.AppendJoin("", Folders.Select(folder => $"[ ! -d {Quoted(folder)} ] || {Empty(folder)}"));
        text.AppendJoin("", Files.Select(file => $"[ ! -e {Quoted(file)} ] || mount --bind /dev/null {Quoted(file)} || exit 125\n"));
        text.AppendJoin("", Given.Select((file, i) =>
            $"mkdir -p {Quoted(Path.GetDirectoryName(file)!)} && cat <&{FirstDescriptor + i} >{Quoted(file)} || exit 125; exec {FirstDescriptor + i}<&-\n"));

        // A folder that was entered before it was hidden would still lead there.
        return text.Append("mkdir -p \"$1\"; cd \"$PWD\" 2>/dev/null || cd /\n").ToString();
    }

    /// <summary>The same for bubblewrap, which is started behind <see cref="Opening"/>.</summary>
    public IEnumerable<string> Options() =>
    [
        .. Own.SelectMany(folder => new[] { "--tmpfs", folder }),
        .. Shown.SelectMany(folder => new[] { "--ro-bind", folder, folder }),
        .. Folders.SelectMany(folder => new[] { "--tmpfs", folder }),
        .. Files.SelectMany(file => new[] { "--ro-bind", "/dev/null", file }),
        .. Given.SelectMany((file, i) => new[] { "--perms", "0644", "--ro-bind-data", $"{FirstDescriptor + i}", file }),
    ];

    static string Empty(string folder) => $"mount -t tmpfs -o mode=755 tmpfs {Quoted(folder)} || exit 125\n";

    static string Quoted(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
