using Hone.Models.Encryption;

namespace Hone.Server.OpenAi.Uploads;

/// <summary>
/// An upload that is kept on the disk until the rest of its form has been read. The file has no name while it is open, so
/// that nothing is left of it whatever happens to the process.
/// </summary>
static class SpooledUpload
{
    const int BufferBytes = 1 << 16;

    public static async Task<Stream> Keep(Stream content, string folder, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, Ids.New(24));
        var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, BufferBytes, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        try
        {
            // Windows keeps the name until the file is closed.
            if (!OperatingSystem.IsWindows())
            {
                File.Delete(path);
            }

            return await Fill(file, content, SealedFile.KeyFor(folder), stop);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    static async Task<Stream> Fill(FileStream file, Stream content, EncryptionKey? key, CancellationToken stop)
    {
        if (key is null)
        {
            await Copy(content, file, stop);
            file.Position = 0;
            return file;
        }

        await using (var encrypting = new EncryptingStream(file, key))
        {
            await Copy(content, encrypting, stop);
            encrypting.Finish();
        }

        return new DecryptingStream(file, key, "The upload");
    }

    static async Task Copy(Stream content, Stream file, CancellationToken stop)
    {
        byte[] buffer = new byte[BufferBytes];
        for (int bytes; (bytes = await content.ReadAsync(buffer, stop)) > 0;)
        {
            try
            {
                await file.WriteAsync(buffer.AsMemory(0, bytes), stop);
            }
            catch (IOException e)
            {
                throw Failure.Away($"The upload cannot be kept: {e.Message.TrimEnd('.')}. Try again when there is room on the server's disk.");
            }
        }
    }
}
