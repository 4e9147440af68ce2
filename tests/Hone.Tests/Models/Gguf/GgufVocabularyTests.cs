using Hone.Models.Gguf;
using Hone.Models.Weights;

namespace Hone.Tests.Models.Gguf;

public sealed class GgufVocabularyTests : IDisposable
{
    const string ByteLevel = """{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}""";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Byte_level_tokenizers_keep_their_merges()
    {
        var values = Write(6, $$"""
            {"added_tokens": [{"id": 4, "content": "<end>", "special": true}], "normalizer": null, "pre_tokenizer": {{ByteLevel}},
             "post_processor": null, "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "<0x0A>": 3}, "merges": ["a b"]} }
            """, """{"eos_token": {"content": "<end>"}, "chat_template": "{{ messages }}"}""");

        Assert.Equal(("gpt2", "gpt-2"), (values["tokenizer.ggml.model"], values["tokenizer.ggml.pre"]));
        Assert.Equal(["a", "b", "ab", "<0x0A>", "<end>", "[PAD5]"], (string[])values["tokenizer.ggml.tokens"]);
        Assert.Equal([1, 1, 1, 1, 3, 5], (int[])values["tokenizer.ggml.token_type"]);
        Assert.Equal(["a b"], (string[])values["tokenizer.ggml.merges"]);
        Assert.Equal(4u, values["tokenizer.ggml.eos_token_id"]);
        Assert.Equal(false, values["tokenizer.ggml.add_bos_token"]);
        Assert.Equal("{{ messages }}", values["tokenizer.chat_template"]);
    }

    [Fact]
    public void Sentencepiece_tokenizers_get_scores_from_the_order_of_their_merges()
    {
        var values = Write(6, """
            {"added_tokens": [{"id": 0, "content": "<unk>", "special": true}, {"id": 1, "content": "<s>", "special": true}],
             "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}]}, "pre_tokenizer": null,
             "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]},
             "model": {"type": "BPE", "byte_fallback": true, "unk_token": "<unk>", "vocab": {"<unk>": 0, "<s>": 1, "<0x0A>": 2, "a": 3, "aa": 4, "aaa": 5},
              "merges": [["a", "a"], ["aa", "a"], ["a", "aa"]]} }
            """, """{"bos_token": "<s>", "unk_token": "<unk>"}""");

        Assert.Equal("llama", values["tokenizer.ggml.model"]);
        Assert.Equal([2, 3, 6, 1, 1, 1], (int[])values["tokenizer.ggml.token_type"]);
        Assert.Equal([0, 0, 0, -3, 0, -1], (float[])values["tokenizer.ggml.scores"]);
        Assert.Equal(true, values["tokenizer.ggml.add_space_prefix"]);
        Assert.Equal(true, values["tokenizer.ggml.add_bos_token"]);
        Assert.Equal((1u, 0u), (values["tokenizer.ggml.bos_token_id"], values["tokenizer.ggml.unknown_token_id"]));
    }

    [Theory]
    [InlineData("""{"type": "Split", "pattern": {"Regex": "[xyz]+"}, "behavior": "Isolated"}""", "no name that Hone knows for a pre_tokenizer of [xyz]+")]
    [InlineData("""{"type": "Digits", "individual_digits": false}""", "Digits in runs;ByteLevel")]
    public void A_way_of_cutting_that_llama_cpp_does_not_know_is_refused(string stage, string reason)
    {
        string tokenizer = $$"""
            {"added_tokens": [], "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{{stage}}, {{ByteLevel}}]},
             "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []} }
            """;
        Assert.Contains(reason, Assert.Throws<ModelFileException>(() => Write(1, tokenizer, "{}")).Message);
    }

    [Theory]
    [InlineData("""{"added_tokens": [], "model": {"type": "Unigram", "vocab": []} }""", "the tokenizer's model is Unigram")]
    [InlineData("""{"added_tokens": [], "model": {"type": "BPE", "vocab": {"a": 7}, "merges": []} }""", "the token 'a' has id 7, expected 0 to 2")]
    [InlineData("""{"added_tokens": [], "model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a"]} }""", "a merge is a, expected two tokens")]
    [InlineData("""{"added_tokens": []}""", "the file has no model")]
    public void A_tokenizer_without_a_form_there_is_refused(string tokenizer, string reason) =>
        Assert.Contains(reason, Assert.Throws<ModelFileException>(() => Write(3, tokenizer, "{}")).Message);

    Dictionary<string, object> Write(int size, string tokenizer, string settings)
    {
        File.WriteAllText(_folder["tokenizer.json"], tokenizer);
        File.WriteAllText(_folder["tokenizer_config.json"], settings);
        var metadata = new GgufMetadata();
        GgufVocabulary.Add(metadata, _folder.Path, RandomDecoder.Config with { VocabularySize = size });
        return metadata.Values.ToDictionary();
    }
}
