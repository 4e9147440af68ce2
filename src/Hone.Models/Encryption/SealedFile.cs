namespace Hone.Models.Encryption;

/// <summary>
/// Files of which some are encrypted. A folder may have a key: what is written below it here is encrypted, and told from plain files by how it
/// begins. Reading takes either, whether or not the folder had a key when the file was written.
/// </summary>
public static class SealedFile
{
    const int BufferBytes = 1 << 16;

    static readonly Lock _gate = new();
    static volatile (string Folder, EncryptionKey Key)[] _keys = [];

    /// <summary>From now on, what is written below the folder is encrypted with the key; null: is not encrypted.</summary>
    public static void Protect(string folder, EncryptionKey? key)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        lock (_gate)
        {
            var others = _keys.Where(one => one.Folder != full);
            _keys = [.. key is null ? others : others.Append((full, key))];
        }
    }

    /// <summary>The key of the innermost folder around the path that has one; null: there is none.</summary>
    public static EncryptionKey? KeyFor(string path)
    {
        var keys = _keys;
        if (keys.Length == 0)
        {
            return null;
        }

        string full = Path.GetFullPath(path) + Path.DirectorySeparatorChar;
        return keys.Where(one => full.StartsWith(one.Folder, StringComparison.Ordinal)).OrderByDescending(one => one.Folder.Length).FirstOrDefault().Key;
    }

    /// <summary>The key that an encrypted file is read with: its folder's, else that of the environment.</summary>
    /// <exception cref="EncryptionException">There is neither.</exception>
    public static EncryptionKey KeyToRead(string path) => KeyFor(path) ?? EncryptionKey.Find(null)
        ?? throw new EncryptionException($"{path} is encrypted, but this program has no key; give it in the environment variable {EncryptionKey.Variable}.");

    /// <summary>The file's content as it was before it was encrypted, if it was. Can seek.</summary>
    /// <exception cref="EncryptionException">The key is missing or another one, or the file was changed.</exception>
    public static Stream OpenRead(string path, int bufferBytes = BufferBytes)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferBytes);
        try
        {
            return DecryptingStream.IsEncrypted(file) ? new DecryptingStream(file, KeyToRead(path), path) : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public static byte[] ReadAllBytes(string path)
    {
        using var file = OpenRead(path);
        var bytes = new MemoryStream(file.CanSeek ? checked((int)file.Length) : 0);
        file.CopyTo(bytes);
        return bytes.Length == bytes.Capacity ? bytes.GetBuffer() : bytes.ToArray();
    }

    public static string ReadAllText(string path)
    {
        using var reader = new StreamReader(OpenRead(path));
        return reader.ReadToEnd();
    }

    /// <summary>A new file, encrypted where its folder has a key. It is whole when it was disposed.</summary>
    public static Stream Create(string path)
    {
        var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes);
        return KeyFor(path) is { } key ? new EncryptingStream(file, key, ownsTarget: true) : file;
    }

    public static void WriteAllText(string path, string text)
    {
        using var writer = new StreamWriter(Create(path));
        writer.Write(text);
    }

    /// <summary>Lets <paramref name="write"/> fill a file that is open for writing, encrypted where its folder has a key.</summary>
    public static void Fill(FileStream file, Action<Stream> write)
    {
        if (KeyFor(file.Name) is not { } key)
        {
            write(file);
            return;
        }

        using var encrypting = new EncryptingStream(file, key);
        write(encrypting);
        encrypting.Finish();
    }
}
