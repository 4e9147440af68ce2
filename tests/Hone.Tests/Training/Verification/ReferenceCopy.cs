using System.Buffers.Binary;
using System.Text.Json;
using Hone.Training.Verification;

namespace Hone.Tests.Training.Verification;

/// <summary>A folder of reference numbers that a test may damage. It goes away with the test.</summary>
sealed class ReferenceCopy : IDisposable
{
    public ReferenceCopy(string original)
    {
        Folder = Directory.CreateTempSubdirectory("hone-reference-").FullName;
        foreach (string file in Directory.EnumerateFiles(original, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(Folder, Path.GetRelativePath(original, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public string Folder { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>What a verification that holds would not contain.</summary>
    public static string[] Disagreeing(IEnumerable<VerificationCase> cases) =>
        [.. cases.Where(c => c.Status == VerificationStatus.Disagree).Select(c => $"{c.Case} {c.Quantity}: {c.Difference} > {c.Tolerance}")];

    public void Replace(string file, string from, string to)
    {
        string path = Path.Combine(Folder, file), text = File.ReadAllText(path);
        int at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{file} does not contain {from}");
        File.WriteAllText(path, text[..at] + to + text[(at + from.Length)..]);
    }

    /// <summary>Adds to the first number of an F32 tensor, where it lies in the file.</summary>
    public void Shift(string file, string tensor, float difference)
    {
        string path = Path.Combine(Folder, file);
        byte[] bytes = File.ReadAllBytes(path);
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        using var json = JsonDocument.Parse(bytes.AsMemory(8, header));
        int offset = 8 + header + json.RootElement.GetProperty(tensor).GetProperty("data_offsets")[0].GetInt32();
        var number = bytes.AsSpan(offset, sizeof(float));
        BinaryPrimitives.WriteSingleLittleEndian(number, BinaryPrimitives.ReadSingleLittleEndian(number) + difference);
        File.WriteAllBytes(path, bytes);
    }
}
