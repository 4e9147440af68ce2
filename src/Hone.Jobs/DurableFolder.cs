using System.Runtime.InteropServices;
using Hone.Models.Encryption;

namespace Hone.Jobs;

/// <summary>
/// Folders and files that are there whole or not at all, whenever the process or the machine stops: written aside as "name.tmp", flushed to
/// the disk, then renamed. A folder that is replaced is "name.old" for the moment between two renames; <see cref="Recover"/> puts it back.
/// </summary>
public static partial class DurableFolder
{
    const string Aside = ".tmp", Replaced = ".old";

    /// <summary>Lets <paramref name="write"/> fill a new folder and gives it the name <paramref name="path"/>, in place of one of that name.</summary>
    /// <remarks><paramref name="beforeRename"/> runs when the new folder is durable under its temporary name.</remarks>
    public static void Write(string path, Action<string> write, Action? beforeRename = null)
    {
        string aside = path + Aside, replaced = path + Replaced, parent = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(parent);
        Delete(aside);
        try
        {
            Directory.CreateDirectory(aside);
            write(aside);
            FlushTree(aside);
            beforeRename?.Invoke();
        }
        catch
        {
            // The space that a half-written folder takes is what a full disk needs back.
            TryDelete(aside);
            throw;
        }

        if (Directory.Exists(path))
        {
            Directory.Move(path, replaced);
        }

        Directory.Move(aside, path);
        FlushFolder(parent);
        Delete(replaced);
    }

    public static void WriteFile(string path, string text)
    {
        string aside = path + Aside;
        SealedFile.WriteAllText(aside, text);
        FlushFile(aside);
        File.Move(aside, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Removes what a stopped process left behind in <paramref name="folder"/> and puts back what it was about to replace.</summary>
    public static void Recover(string folder)
    {
        foreach (string aside in Entries(folder, Aside))
        {
            Delete(aside);
        }

        foreach (string replaced in Entries(folder, Replaced))
        {
            string path = replaced[..^Replaced.Length];
            if (Directory.Exists(path))
            {
                Delete(replaced);
            }
            else
            {
                Directory.Move(replaced, path);
            }
        }
    }

    /// <summary>Removes a folder so that a stop half-way leaves nothing that looks whole.</summary>
    public static void Remove(string path)
    {
        string aside = path + Aside;
        Delete(aside);
        Directory.Move(path, aside);
        Delete(aside);
    }

    static IEnumerable<string> Entries(string folder, string ending) =>
        Directory.Exists(folder)
            ? Directory.GetFileSystemEntries(folder).Where(entry => entry.EndsWith(ending, StringComparison.Ordinal))
            : [];

    static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    static void TryDelete(string path)
    {
        try
        {
            Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The reason that is on its way to the user matters more; the next start cleans up.
        }
    }

    static void FlushTree(string folder)
    {
        foreach (string file in Directory.GetFiles(folder))
        {
            FlushFile(file);
        }

        foreach (string child in Directory.GetDirectories(folder))
        {
            FlushTree(child);
        }

        FlushFolder(folder);
    }

    /// <summary>Makes a file's content durable.</summary>
    public static void FlushFile(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Makes the names in a folder durable, such as one that a file was just moved to.</summary>
    /// <remarks>.NET opens no folders; on Windows a rename needs no flush of its folder.</remarks>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(path, 0);
        if (descriptor >= 0)
        {
            // Some file systems refuse to flush a folder; they then order renames themselves.
            _ = Flush(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
