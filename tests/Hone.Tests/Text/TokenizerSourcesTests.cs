using System.Text.Json.Nodes;
using Hone.Text;

namespace Hone.Tests.Text;

/// <summary>Tokenizers that are no tokenizer.json: vocab.json with merges.txt, and tiktoken rank files.</summary>
public sealed class TokenizerSourcesTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-tokenizer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Vocabulary_and_merges_give_the_ids_of_their_tokenizer_json(string lineEnd)
    {
        var model = WriteVocabulary(lineEnd);
        Write("tokenizer_config.json", """{"tokenizer_class": "GPT2TokenizerFast", "bos_token": "<s>", "eos_token": null, "unk_token": null, "add_bos_token": true}""");
        Write("added_tokens.json", """{"<tool>": 601}""");
        Write("special_tokens_map.json", """{"additional_special_tokens": ["<end>"]}""");
        Write("whole.json", new JsonObject
        {
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = true },
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
            ["model"] = model,
        }.ToJsonString());

        var tokenizer = Tokenizer.Load(_folder);

        const string Text = "The sun rose; 12 birds\tsang, naïve 中文!";
        int[] expected = Tokenizer.Load(Path.Combine(_folder, "whole.json")).Encode(Text);
        Assert.Equal(expected, tokenizer.Encode(Text));
        Assert.Equal([tokenizer.IdOf("<s>")!.Value, .. expected], tokenizer.Encode(Text, addSpecial: true));
        Assert.Equal([601], tokenizer.Encode("<tool>"));
        Assert.False(tokenizer.IsSpecial(601));
        Assert.True(tokenizer.IsSpecial(tokenizer.IdOf("<end>")!.Value));
        Assert.Equal(Text, tokenizer.Decode(expected));
    }

    [Fact]
    public void Vocabulary_and_merges_of_an_unknown_class_are_refused_by_name()
    {
        WriteVocabulary("\n");
        Write("tokenizer_config.json", """{"tokenizer_class": "CTRLTokenizer"}""");

        Assert.Contains("'CTRLTokenizer'", Refusal(_folder), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dangling_merge_is_named_with_its_line()
    {
        WriteVocabulary("\n");
        File.AppendAllText(Path.Combine(_folder, "merges.txt"), "nobody knows\n");

        Assert.Contains("'nobody'", Refusal(_folder), StringComparison.Ordinal);
    }

    [Fact]
    public void Ranks_merge_any_two_tokens_that_make_a_token()
    {
        WriteRanks(["ab", "bc", "abc", " a"], """{"ranks": "x.tiktoken", "pattern": " ?\\p{L}++|\\p{N}{1,2}+|.", "special_tokens": {"<|end|>": 300}}""");

        var tokenizer = Tokenizer.Load(_folder);

        Assert.Equal([258], tokenizer.Encode("abc"));
        Assert.Equal([256, 'a'], tokenizer.Encode("aba"));
        Assert.Equal(['x', 257], tokenizer.Encode("xbc"));
        Assert.Equal(['a', 259, 300], tokenizer.Encode("a a<|end|>"));
        Assert.Equal("<|end|>".Select(c => (int)c), tokenizer.EncodeOrdinary("<|end|>"));
        Assert.Equal("ab<|end|>", tokenizer.Decode([256, 300]));
        Assert.Equal("ab", tokenizer.Decode([256, 300], skipSpecial: true));
    }

    [Theory]
    [InlineData("YQ== 0\nYg==", "Line 2")]
    [InlineData("?? 0", "base64")]
    [InlineData("YQ== -1", "rank")]
    [InlineData("YQ== 1\nYg== 1", "repeats the rank 1")]
    [InlineData("YQ== 1", "0x00")]
    public void A_damaged_rank_file_is_refused_with_the_line(string ranks, string named)
    {
        Write("cl100k_base.tiktoken", ranks);

        Assert.Contains(named, Refusal(Path.Combine(_folder, "cl100k_base.tiktoken")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rank_file_of_an_unknown_name_asks_for_its_pattern()
    {
        Write("mine.tiktoken", "YQ== 0");

        Assert.Contains("encoding.json", Refusal(_folder), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_tokenizer_says_what_was_looked_for() =>
        Assert.Contains("merges.txt", Refusal(_folder), StringComparison.Ordinal);

    static string Refusal(string path) => Assert.Throws<TokenizerException>(() => Tokenizer.Load(path)).Message;

    JsonNode WriteVocabulary(string lineEnd)
    {
        var whole = JsonNode.Parse(File.ReadAllText(GoldenRows.Material("tokenizers/bytelevel-deepseek-coder/tokenizer.json")))!;
        var model = whole["model"]!.DeepClone();
        Write("vocab.json", model["vocab"]!.ToJsonString());
        var merges = model["merges"]!.AsArray().Select(merge => merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : merge!.GetValue<string>());
        Write("merges.txt", string.Join(lineEnd, ["#version: 0.2", .. merges, ""]));
        return model;
    }

    void WriteRanks(string[] tokens, string description)
    {
        byte[][] all = [.. Enumerable.Range(0, 256).Select(b => new[] { (byte)b }), .. tokens.Select(System.Text.Encoding.UTF8.GetBytes)];
        Write("x.tiktoken", string.Join('\n', all.Select((token, rank) => $"{Convert.ToBase64String(token)} {rank}")) + "\n");
        Write("encoding.json", description);
    }

    void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
