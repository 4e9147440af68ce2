using Hone.Models.Encryption;

namespace Hone.Models.Weights;

/// <summary>Writes a file so that its name only ever shows the whole old or the whole new content.</summary>
static class DurableFile
{
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
        {
            SealedFile.Fill(file, write);
            // The content must be on the disk before the name points to it: a power cut may keep a rename and lose the bytes.
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
