using System.Security.Cryptography;

namespace Hone.Server.Store;

/// <summary>Random bytes that one machine keeps: a file that only its owner may read, as base64.</summary>
static class SecretFile
{
    /// <exception cref="ApiProblem">The file is there, but is none of these.</exception>
    public static byte[] ReadOrMake(string path, int bytes)
    {
        if (!File.Exists(path))
        {
            Make(path, bytes);
        }

        return Read(path, bytes);
    }

    /// <exception cref="ApiProblem">There is no such file, or not that many bytes in it.</exception>
    public static byte[] Read(string path, int bytes) =>
        File.Exists(path)
            ? Decode(File.ReadAllText(path), bytes, path)
            : throw ApiProblem.Invalid($"{path} is not there; make it with: head -c {bytes} /dev/urandom | base64 > {path}");

    /// <param name="place">Where the text stood, for the message, which never holds the text.</param>
    public static byte[] Decode(string text, int bytes, string place)
    {
        var decoded = new byte[bytes];
        return Convert.TryFromBase64String(text.Trim(), decoded, out int written) && written == bytes
            ? decoded
            : throw ApiProblem.Invalid($"{place} must hold {bytes} bytes as base64, but does not; put the right file back.");
    }

    // Written aside and linked into place: two nodes that start over one folder end with the same secret.
    static void Make(string path, int bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string aside = $"{path}.{Ids.New()}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(aside, options))
        using (var writer = new StreamWriter(file))
        {
            writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes)));
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(aside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(aside);
        }
    }
}
