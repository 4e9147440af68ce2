using System.Text.Json;
using Hone.Text;

namespace Hone.Tests.Text;

/// <summary>Rows made by the Hugging Face tokenizers library: encode, decode, and decode id by id.</summary>
public class TokenizerGoldenTests
{
    // (folder of the rows, folder of tokenizer.json); without HONE_SHARED only those that are part of the test material.
    public static TheoryData<string, string> Tokenizers
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string name in new[] { "added-tokens-normalized", "bytelevel-deepseek-coder" })
            {
                data.Add(GoldenRows.Material($"tokenizers/{name}"), GoldenRows.Material($"tokenizers/{name}"));
            }

            if (GoldenRows.Shared("golden/tokenizers") is { } golden)
            {
                foreach (string folder in Directory.EnumerateDirectories(golden).Where(folder => File.Exists($"{folder}/tokenizer.json")).Order())
                {
                    data.Add(folder, folder);
                }

                data.Add($"{golden}/qwen2", GoldenRows.Shared("thirdparty/tokenizer-qwen2")!);
                data.Add($"{golden}/stories260k", GoldenRows.Shared("thirdparty/stories260K/hf")!);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Tokenizers))]
    public void Encoding_and_decoding_match_the_reference(string rows, string folder)
    {
        var tokenizer = Tokenizer.Load(folder);

        GoldenRows.AssertNone(GoldenRows.Read($"{rows}/cases.jsonl").Select(row => EncodingDifference(tokenizer, row)).OfType<string>());
        GoldenRows.AssertNone(GoldenRows.Read($"{rows}/cases.jsonl").Select(row => DecodingDifference(tokenizer, row)).OfType<string>());
    }

    [Theory, MemberData(nameof(Tokenizers))]
    public void Decoding_any_ids_matches_the_reference(string rows, string folder)
    {
        var tokenizer = Tokenizer.Load(folder);

        GoldenRows.AssertNone(GoldenRows.Read($"{rows}/decode.jsonl").Select(row => DecodingDifference(tokenizer, row)).OfType<string>());
    }

    [Theory, MemberData(nameof(Tokenizers))]
    public void Decoding_id_by_id_emits_each_character_when_it_is_complete(string rows, string folder)
    {
        var tokenizer = Tokenizer.Load(folder);

        GoldenRows.AssertNone(GoldenRows.Read($"{rows}/stream.jsonl").Select(row => StreamDifference(tokenizer, row)).OfType<string>());
    }

    static string? EncodingDifference(Tokenizer tokenizer, JsonElement row)
    {
        int[] ids = tokenizer.Encode(row.Text("text")!, row.Flag("add_special"));
        return ids.SequenceEqual(row.Ids()) ? null : $"{row} gives [{string.Join(", ", ids)}]";
    }

    // Some releases of the reference decode a normalized added token to its normalized text; here it stays as written.
    static string? DecodingDifference(Tokenizer tokenizer, JsonElement row)
    {
        if (row.Flag("decoding_is_release_specific"))
        {
            return null;
        }

        string expected = row.Text("decoded") ?? row.Text("text")!;
        string decoded = tokenizer.Decode(row.Ids());
        string skipped = tokenizer.Decode(row.Ids(), skipSpecial: true);
        return decoded == expected && skipped == (row.Text("decoded_skip_special") ?? expected)
            ? null
            : $"{row} gives {JsonSerializer.Serialize(decoded)}, skipped {JsonSerializer.Serialize(skipped)}";
    }

    // Never later than the reference. It may be sooner: the reference waits for a third byte after ED A0, which no byte can mend.
    static string? StreamDifference(Tokenizer tokenizer, JsonElement row)
    {
        var stream = tokenizer.Stream(row.Flag("skip_special"));
        string[] chunks = [.. row.Ids().Select(stream.Push), stream.Flush()];
        string[] expected = [.. row.GetProperty("chunks").EnumerateArray().Select(chunk => chunk.GetString()!), row.Text("flush")!];
        string whole = string.Concat(expected);
        bool same = string.Concat(chunks) == whole && Enumerable.Range(1, chunks.Length)
            .All(n => string.Concat(chunks.Take(n)).Length >= string.Concat(expected.Take(n)).Length);
        return same ? null : $"{row} gives {JsonSerializer.Serialize(chunks)}";
    }
}
