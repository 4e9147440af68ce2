using System.Security.Cryptography;
using Hone.Jobs;
using Hone.Models.Encryption;

namespace Hone.Server.Files;

/// <summary>
/// Contents by id, one file each. They are written aside, flushed to the disk and renamed, so that a name stands for a whole content;
/// encrypted where the server has a key.
/// </summary>
sealed class FileContents
{
    const int BufferBytes = 128 << 10;

    readonly string _folder, _incoming;
    readonly EncryptionKey? _key;

    public FileContents(ServerSettings settings)
    {
        _folder = Path.Combine(settings.DataFolder, "files");
        _incoming = Path.Combine(_folder, "incoming");
        Directory.CreateDirectory(_incoming);
        _key = EncryptionKey.Find(settings.EncryptionKeyFile);
    }

    public bool IsEncrypting => _key is not null;

    /// <summary>Length and SHA-256 of what the stream held, as hexadecimal digits.</summary>
    /// <exception cref="ApiProblem">It holds more than there is room for. Nothing is left then, nor after any other exception.</exception>
    public async Task<(long Bytes, string Sha256)> Write(string id, Stream content, FileRoom room, CancellationToken stop)
    {
        string aside = Path.Combine(_incoming, id);
        try
        {
            (long, string) written;
            await using (var file = new FileStream(aside, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes))
            {
                written = await Copy(content, file, room, stop);
                file.Flush(flushToDisk: true);
            }

            File.Move(aside, PathOf(id));
            DurableFolder.FlushFolder(_folder);
            return written;
        }
        catch
        {
            TryDelete(aside);
            throw;
        }
    }

    /// <exception cref="ApiProblem">The content is not on the disk, or is encrypted and the server has no key.</exception>
    /// <exception cref="EncryptionException">The key is another one, or the file was changed.</exception>
    public Stream Open(string id, bool encrypted)
    {
        FileStream file;
        try
        {
            file = new FileStream(PathOf(id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, useAsync: !encrypted);
        }
        catch (FileNotFoundException)
        {
            throw new ApiProblem(ProblemKind.Defect, $"The content of {id} is not in the server's data folder.");
        }

        return encrypted ? Decrypt(id, file) : file;
    }

    public void Delete(string id)
    {
        TryDelete(PathOf(id));
        TryDelete(Path.Combine(_incoming, id));
    }

    /// <summary>Ids of contents, whole and half, that nothing was written to since.</summary>
    public IReadOnlyList<string> OlderThan(DateTimeOffset moment) =>
        [.. new[] { _folder, _incoming }.SelectMany(Directory.EnumerateFiles).Where(path => IsOlder(path, moment)).Select(path => Path.GetFileName(path))];

    // Ids are letters and digits that the server drew itself; whatever else comes here is looked up in the table first.
    string PathOf(string id) => Path.Combine(_folder, id);

    // A file that was renamed meanwhile has a time too, in the year 1601: it is new, not old.
    static bool IsOlder(string path, DateTimeOffset moment)
    {
        var file = new FileInfo(path);
        return file.Exists && file.LastWriteTimeUtc < moment;
    }

    async Task<(long, string)> Copy(Stream content, Stream file, FileRoom room, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var encrypting = _key is null ? null : new EncryptingStream(file, _key);
        var target = encrypting ?? file;
        var buffer = new byte[BufferBytes];
        long bytes = 0;
        int read;
        while ((read = await content.ReadAsync(buffer, stop)) > 0)
        {
            bytes += read;
            if (bytes > room.Bytes)
            {
                throw room.Problem();
            }

            hash.AppendData(buffer, 0, read);
            target.Write(buffer, 0, read);
        }

        encrypting?.Finish();
        return (bytes, Convert.ToHexStringLower(hash.GetCurrentHash()));
    }

    DecryptingStream Decrypt(string id, FileStream file)
    {
        try
        {
            return _key is null
                ? throw new EncryptionException($"{id} is encrypted, but the server has no key; start it with --encryption-key-file.")
                : new DecryptingStream(file, _key, id);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next sweep takes it: no row names it.
        }
    }
}
