using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hone.Grading.Workers;

/// <summary>Temporary folders of workers, below one of this process that is there while there are any, and locked meanwhile.</summary>
/// <remarks>A process that was killed leaves its folder unlocked: the next one clears it away, whatever ids processes have by then.</remarks>
static partial class WorkerFolders
{
    const string Prefix = "hone-workers-";
    const int CurrentFolder = -100, NotBehindLinks = 0x100, Owner = 8, OwnerAt = 20;

    static readonly Lock _gate = new();
    static string? _root;
    static FileStream? _lock;
    static int _count;

    /// <summary>The folder of them all; null while there are none.</summary>
    public static string? Root => _root;

    public static string Create()
    {
        lock (_gate)
        {
            _root ??= CreateRoot();
            _count++;
            return Directory.CreateDirectory(Path.Combine(_root, Path.GetRandomFileName())).FullName;
        }
    }

    public static void Delete(string folder)
    {
        Remove(folder);
        lock (_gate)
        {
            if (--_count == 0)
            {
                _lock!.Dispose();
                Remove(_root!);
                (_root, _lock) = (null, null);
            }
        }
    }

    /// <summary>What a user has put where anybody may write.</summary>
    public static IEnumerable<FileSystemInfo> Strays(int user) =>
        new[] { Path.GetTempPath(), "/var/tmp", "/dev/shm" }.Distinct().Where(Directory.Exists)
            .SelectMany(place => new DirectoryInfo(place).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0 }))
            .Where(found => OwnerOf(found.FullName) == user);

    /// <summary>Removes it. Nothing of the user lives any more.</summary>
    public static void DeleteStrays(int user)
    {
        foreach (var stray in Strays(user))
        {
            Remove(stray.FullName);
        }
    }

    /// <summary>Removes what processes left behind that were killed.</summary>
    public static void ClearStale(string below)
    {
        var folders = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (string folder in Directory.EnumerateDirectories(below, $"{Prefix}*", folders))
        {
            if (IsOwn(folder) && Lock(folder, FileMode.Open) is { } free)
            {
                free.Dispose();
                Remove(folder);
            }
        }
    }

    static string CreateRoot()
    {
        ClearStale(Path.GetTempPath());
        string root = Directory.CreateTempSubdirectory(Prefix).FullName;
        _lock = Lock(root, FileMode.CreateNew);
        if (!OperatingSystem.IsWindows())
        {
            // Workers that are other users pass through, and see nothing.
            File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        return root;
    }

    static FileStream? Lock(string folder, FileMode mode)
    {
        try
        {
            return new(Path.Combine(folder, "lock"), mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Others may make folders of any name there; what root removes has to be root's.
    static bool IsOwn(string folder) => !OperatingSystem.IsLinux() || OwnerOf(folder) == UserOfThisProcess();

    static long? OwnerOf(string path)
    {
        Span<byte> status = stackalloc byte[256];
        return Status(CurrentFolder, path, NotBehindLinks, Owner, ref MemoryMarshal.GetReference(status)) == 0
            ? BitConverter.ToUInt32(status[OwnerAt..])
            : null;
    }

    static void Remove(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.Delete(path, recursive: true);
                return;
            }

            if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
            {
                Directory.Delete(path);
                return;
            }

            // However deep it is, and however many files it has.
            using var removing = Process.Start("rm", ["-rf", "--", path]);
            removing.WaitForExit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            // What a program left that cannot be deleted stays for the system's own cleaning.
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint what, ref byte status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint UserOfThisProcess();
}
