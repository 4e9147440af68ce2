using System.Text.Json;

namespace Hone.Text;

/// <summary>Finds what describes a tokenizer in a file or folder, and reads it.</summary>
static class TokenizerSource
{
    // The largest published file has 40 MB.
    const long MostBytes = 512L << 20;

    public static TokenizerParts Read(string folderOrFile)
    {
        string file = Directory.Exists(folderOrFile) ? Path.Combine(folderOrFile, "tokenizer.json") : folderOrFile;
        return Reading(file, () =>
        {
            using var json = JsonDocument.Parse(Bytes(file));
            return TokenizerParts.Read(json.RootElement);
        });
    }

    /// <exception cref="TokenizerException">Whatever goes wrong, with the file's name before each problem.</exception>
    static T Reading<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (TokenizerException problem)
        {
            throw new TokenizerException([.. problem.Problems.Select(one => $"{file}: {one}")]);
        }
        catch (JsonException problem)
        {
            throw new TokenizerException($"{file} is not JSON: {problem.Message}", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerException($"The tokenizer {file} cannot be read: {problem.Message}", problem);
        }
    }

    static byte[] Bytes(string file) => new FileInfo(file) is { Exists: true, Length: > MostBytes } large
        ? throw new TokenizerException($"it has {large.Length >> 20} MB, but a tokenizer has {MostBytes >> 20} MB at most.")
        : File.ReadAllBytes(file);
}
