using System.Text.Json;
using Hone.Text;

namespace Hone.Training.Verification;

/// <summary>Compares a tokenizer with rows of reference: texts to ids, ids to text, and ids to text one by one.</summary>
public static class TokenizerVerification
{
    const string EncodingName = "encoding.json";

    // Rows of published vocabularies stand apart from them: the folder's name says which, below the shared folder.
    static readonly Dictionary<string, string> _published = new()
    {
        ["qwen2"] = "thirdparty/tokenizer-qwen2",
        ["stories260k"] = "thirdparty/stories260K/hf",
    };

    /// <summary>Whether the folder has the layout that <see cref="Run"/> reads.</summary>
    public static bool Recognizes(string folder) =>
        File.Exists(Path.Combine(folder, "cases.jsonl")) && File.Exists(Path.Combine(folder, "decode.jsonl"));

    /// <summary>For each file how many of its rows differ, with the rows that do.</summary>
    /// <exception cref="VerificationException">A file is missing or does not have the layout.</exception>
    public static IEnumerable<VerificationCase> Run(string folder)
    {
        Tokenizer? tokenizer;
        try
        {
            tokenizer = Open(folder);
        }
        catch (TokenizerException refusal)
        {
            return [new(folder, Name(folder), refusal.Message, null, null, VerificationStatus.NotBuilt)];
        }

        return tokenizer is null
            ? [new(folder, Name(folder), "a tokenizer: set HONE_SHARED to the folder that holds thirdparty", null, null, VerificationStatus.NotBuilt)]
            : Compare(folder, tokenizer);
    }

    static IEnumerable<VerificationCase> Compare(string folder, Tokenizer tokenizer)
    {

        // tiktoken does not leave special tokens out, so its rows of ids alone say nothing about that.
        bool alwaysSkips = !File.Exists(Path.Combine(folder, EncodingName));
        var cases = Compare(folder, "cases.jsonl", ("ids", row => Encodes(tokenizer, row)), ("text", row => Decodes(tokenizer, row)));
        cases = cases.Concat(Compare(folder, "decode.jsonl", ("text", row => Decodes(tokenizer, row, alwaysSkips))));
        return File.Exists(Path.Combine(folder, "stream.jsonl"))
            ? cases.Concat(Compare(folder, "stream.jsonl", ("chunks", row => Streams(tokenizer, row))))
            : cases;
    }

    // What depends on the Unicode version is reported by itself.
    static IEnumerable<VerificationCase> Compare(string folder, string file, params (string, Func<JsonElement, bool>)[] quantities)
    {
        static bool Versioned(JsonElement row) => row.GetProperty("category").GetString() == "unicode-version";
        return ReferenceRows.Compare(folder, file, "", row => !Versioned(row), quantities)
            .Concat(ReferenceRows.Compare(folder, file, " unicode-version", Versioned, quantities));
    }

    static Tokenizer? Open(string folder)
    {
        string encoding = Path.Combine(folder, EncodingName);
        string? shared = Shared(folder);
        if (File.Exists(Path.Combine(folder, "tokenizer.json")))
        {
            return Tokenizer.Load(folder);
        }

        return shared is null ? null
            : File.Exists(encoding) ? Tokenizer.LoadEncoding(encoding, shared)
            : _published.TryGetValue(Name(folder), out string? place) ? Tokenizer.Load(Path.Combine(shared, place))
            : null;
    }

    // HONE_SHARED, or the nearest folder above that holds what it would.
    static string? Shared(string folder)
    {
        if (Environment.GetEnvironmentVariable("HONE_SHARED") is { Length: > 0 } named)
        {
            return named;
        }

        var above = new DirectoryInfo(Path.GetFullPath(folder));
        while (above is not null && !Directory.Exists(Path.Combine(above.FullName, "thirdparty")))
        {
            above = above.Parent;
        }

        return above?.FullName;
    }

    static string Name(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));

    static bool Encodes(Tokenizer tokenizer, JsonElement row)
    {
        string text = row.GetProperty("text").GetString()!;
        int[] ids = row.TryGetProperty("special_text_is_special", out var special) && !special.GetBoolean()
            ? tokenizer.EncodeOrdinary(text)
            : tokenizer.Encode(text, row.TryGetProperty("add_special", out var add) && add.GetBoolean());
        return ids.AsSpan().SequenceEqual(Ids(row));
    }

    // The reference decodes an added token that is normalized to its normalized text in one release and as written in others.
    static bool Decodes(Tokenizer tokenizer, JsonElement row, bool alwaysSkips = true)
    {
        if (row.TryGetProperty("decoding_is_release_specific", out var specific) && specific.GetBoolean())
        {
            return true;
        }

        string decoded = Text(row, "decoded") ?? row.GetProperty("text").GetString()!;
        int[] ids = Ids(row);
        string? skipped = Text(row, "decoded_skip_special") ?? (alwaysSkips ? decoded : null);
        return tokenizer.Decode(ids) == decoded && (skipped is null || tokenizer.Decode(ids, skipSpecial: true) == skipped);
    }

    // All of the text, and at no time less of it than the reference has given out.
    static bool Streams(Tokenizer tokenizer, JsonElement row)
    {
        var stream = tokenizer.Stream(row.GetProperty("skip_special").GetBoolean());
        string[] chunks = [.. Ids(row).Select(stream.Push), stream.Flush()];
        string[] expected = [.. row.GetProperty("chunks").EnumerateArray().Select(chunk => chunk.GetString()!), row.GetProperty("flush").GetString()!];
        int ahead = 0;
        foreach (var (chunk, reference) in chunks.Zip(expected))
        {
            ahead += chunk.Length - reference.Length;
            if (ahead < 0)
            {
                return false;
            }
        }

        return string.Concat(chunks) == string.Concat(expected);
    }

    static int[] Ids(JsonElement row) => [.. row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];

    static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetString() : null;
}
