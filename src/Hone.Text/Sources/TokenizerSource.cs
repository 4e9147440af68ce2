using System.Text.Json;

namespace Hone.Text.Sources;

/// <summary>Finds what describes a tokenizer in a file or folder, and reads it.</summary>
static class TokenizerSource
{
    // The largest published file has 40 MB.
    const long MostBytes = 128L << 20;

    public static TokenizerParts Read(string folderOrFile)
    {
        if (!Directory.Exists(folderOrFile))
        {
            return folderOrFile.EndsWith(".tiktoken", StringComparison.Ordinal)
                ? KnownEncodings.Read(folderOrFile)
                : Path.GetFileName(folderOrFile) == EncodingFile.Name ? EncodingFile.Read(folderOrFile, root: null)
                : ReadJson(folderOrFile);
        }

        string In(string name) => Path.Combine(folderOrFile, name);
        string[] ranks = Directory.GetFiles(folderOrFile, "*.tiktoken");
        return File.Exists(In("tokenizer.json")) ? ReadJson(In("tokenizer.json"))
            : File.Exists(In("vocab.json")) && File.Exists(In("merges.txt")) ? VocabularyFolder.Read(folderOrFile)
            : File.Exists(In(EncodingFile.Name)) ? EncodingFile.Read(In(EncodingFile.Name), root: null)
            : ranks.Length == 1 ? KnownEncodings.Read(ranks[0])
            : throw new TokenizerException(
                $"{folderOrFile} has no tokenizer: neither tokenizer.json, nor vocab.json with merges.txt, nor one .tiktoken file, nor {EncodingFile.Name}"
                + (File.Exists(In("tokenizer.model")) ? "; its tokenizer.model needs to be converted to tokenizer.json first." : "."));
    }

    static TokenizerParts ReadJson(string file) => Reading(file, () =>
    {
        using var json = JsonDocument.Parse(Bytes(file));
        return TokenizerParts.Read(json.RootElement);
    });

    /// <exception cref="TokenizerException">Whatever goes wrong, with the file's name before each problem.</exception>
    public static T Reading<T>(string file, Func<T> read)
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

    public static byte[] Bytes(string file) => new FileInfo(file) is { Exists: true, Length: > MostBytes } large
        ? throw new TokenizerException($"it has {large.Length >> 20} MB, but a tokenizer has {MostBytes >> 20} MB at most.")
        : File.ReadAllBytes(file);
}
