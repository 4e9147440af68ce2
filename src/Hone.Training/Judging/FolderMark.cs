using System.Security.Cryptography;
using System.Text;

namespace Hone.Training.Judging;

/// <summary>Tells the models that a folder held at different times apart: names, sizes and times of its files.</summary>
public static class FolderMark
{
    public static string Of(string folder)
    {
        var files = Directory.Exists(folder)
            ? new DirectoryInfo(folder).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal)
            : Enumerable.Empty<FileInfo>();
        string text = string.Join('\n', files.Select(file => $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))[..6]);
    }
}
