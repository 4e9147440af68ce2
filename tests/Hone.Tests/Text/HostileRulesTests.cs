using System.Diagnostics;
using System.Text.Json;
using Hone.Text;

namespace Hone.Tests.Text;

/// <summary>Small tokenizer files that ask for endless work or memory: each is refused, when it is read or when it is used.</summary>
public sealed class HostileRulesTests : IDisposable
{
    const string Bpe = """ "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []} """;

    readonly string _folder = Directory.CreateTempSubdirectory("hone-tokenizer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Each nests, repeats or grows in another way.
    public static TheoryData<string, string> Patterns => new()
    {
        { "a" + new string('?', 60_000), "quantifiers in a row" },
        { string.Concat(Enumerable.Repeat("[a", 30_000)), "nested deeper than 100" },
        { new string('(', 30_000), "nested deeper than 100" },
        { "(?:(?:(?:(?:){9999}){9999}){9999}){9999}", "repeats groups too often" },
        { "(?:(?=(?:ab){9999}){9999})", "repeats groups too often" },
        { "(?>(?>(?:ab){9999}){9999}){9999}", "repeats groups too often" },
        { new string('a', 100_000), "65,536 are the most" },
        { "\\x{FFFFFF}\\x{D800}", "" },
    };

    [Theory]
    [MemberData(nameof(Patterns), DisableDiscoveryEnumeration = true)]
    public void A_hostile_pattern_is_refused(string pattern, string reason)
    {
        string json = $$"""{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": {{JsonSerializer.Serialize(pattern)}}}, "behavior": "Isolated"}, {{Bpe}} }""";

        if (reason.Length > 0)
        {
            Assert.Contains(reason, Refusal(json));
        }
        else
        {
            _ = Load(json).Encode("aaa");
        }
    }

    [Fact]
    public void A_literal_of_megabytes_is_refused() => Assert.Contains("65,536 are the most", Refusal(
        $$"""{"normalizer": {"type": "Replace", "pattern": {"String": "{{new string('a', 1_000_000)}}"}, "content": ""}, {{Bpe}} }"""));

    [Theory]
    [InlineData("normalizer", "normalizers", """{"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaaaa"}""")]
    [InlineData("normalizer", "normalizers", """{"type": "Replace", "pattern": {"Regex": ""}, "content": "aaaaaaaaaa"}""")]
    [InlineData("normalizer", "normalizers", """{"type": "ByteLevel"}""")]
    [InlineData("pre_tokenizer", "pretokenizers", """{"type": "ByteLevel", "add_prefix_space": true, "use_regex": false}""")]
    public void Rules_that_multiply_a_text_end(string part, string list, string rule)
    {
        var tokenizer = Load($$"""{"{{part}}": {"type": "Sequence", "{{list}}": [{{string.Join(", ", Enumerable.Repeat(rule, 60))}}]}, {{Bpe}} }""");

        Assert.Contains("67,108,864", Assert.Throws<TokenizerException>(() => tokenizer.Encode("aa é")).Message);
    }

    [Fact]
    public void Decoders_that_multiply_a_text_end()
    {
        const string Rule = """{"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaaaa"}""";
        var tokenizer = Load($$"""{"decoder": {"type": "Sequence", "decoders": [{{string.Join(", ", Enumerable.Repeat(Rule, 60))}}]}, {{Bpe}} }""");

        Assert.Throws<TokenizerException>(() => tokenizer.Decode([0]));
    }

    [Fact]
    public void A_sequence_of_thousands_of_splits_ends()
    {
        string inner = Sequence(Enumerable.Repeat("""{"type": "Metaspace", "replacement": "_", "prepend_scheme": "never"}""", 256));
        var tokenizer = Load($$"""{"pre_tokenizer": {{Sequence(Enumerable.Repeat(inner, 256))}}, {{Bpe}} }""");

        // How deep calls may be is the thread's affair: what must not happen is that it crashes.
        Assert.True(Record.Exception(() => tokenizer.Encode("aa")) is null or TokenizerException);
    }

    [Fact]
    public void Sequences_of_more_parts_or_levels_than_any_file_has_are_refused()
    {
        string one = """{"type": "Digits", "individual_digits": true}""";

        Assert.Contains("300 parts", Refusal($$"""{"pre_tokenizer": {{Sequence(Enumerable.Repeat(one, 300))}}, {{Bpe}} }"""));
        Assert.Contains("a sequence in a sequence in a sequence", Refusal($$"""{"pre_tokenizer": {{Sequence([Sequence([Sequence([one])])])}}, {{Bpe}} }"""));
    }

    [Fact]
    public void A_template_of_a_million_tokens_is_refused() => Assert.Contains("more than 1024 special tokens", Refusal($$"""
        {"post_processor": {"type": "TemplateProcessing", "single": [{{string.Join(", ", Enumerable.Repeat("""{"SpecialToken": {"id": "a"}}""", 2000))}}],
         "special_tokens": {"a": {"ids": [0, 0, 0]} } }, {{Bpe}} }
        """));

    [Fact]
    public void Added_tokens_of_megabytes_are_refused() => Assert.Contains("2,097,152 characters", Refusal(
        $$"""{"added_tokens": [{"id": 1, "content": "{{new string('a', 3_000_000)}}"}], {{Bpe}} }"""));

    [Fact]
    public void Of_a_million_problems_the_first_are_named()
    {
        string message = Refusal($$"""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [{{string.Join(",", Enumerable.Repeat("7", 1_000_000))}}] } }""");

        Assert.Contains("And more than 1,000 problems more.", message);
    }

    [Fact]
    public void Whitespace_tokens_that_strip_whitespace_take_linear_time()
    {
        var tokenizer = Load($$"""{"added_tokens": [{"id": 1, "content": " ", "lstrip": true, "rstrip": true}], {{Bpe}} }""");
        var watch = Stopwatch.StartNew();

        Assert.Equal([1], tokenizer.Encode(new string(' ', 500_000)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed} for half a million spaces");
    }

    [Theory]
    [InlineData("../secret.tiktoken")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\u0000b")]
    [InlineData("")]
    public void Ranks_outside_of_the_folder_are_refused(string ranks)
    {
        Write("encoding.json", $$"""{"ranks": "{{ranks}}", "pattern": ".", "special_tokens": {} }""");

        Assert.Contains("the name of a file beside the description", Assert.Throws<TokenizerException>(() => Tokenizer.Load(_folder)).Message);
    }

    [Fact]
    public void Reserved_tokens_without_end_are_refused()
    {
        string ranges = string.Join(", ", Enumerable.Repeat("0..1000000", 1000));
        Write("encoding.json", $$"""{"ranks": "x", "pattern": ".", "special_tokens": {}, "reserved": "<N> has id N for N = {{ranges}}"}""");

        Assert.Contains("more than 1,048,576 tokens", Assert.Throws<TokenizerException>(() => Tokenizer.Load(_folder)).Message);
    }

    [Theory]
    [InlineData("""{"tokenizer_class": "GPT2Tokenizer", "add_bos_token": true, "eos_token": "</s>", "unk_token": null}""", "bos_token")]
    [InlineData("""{"tokenizer_class": "\ud800"}""", "tokenizer_class")]
    public void A_configuration_that_names_no_token_is_refused(string configuration, string named)
    {
        Write("vocab.json", """{"a": 0}""");
        Write("merges.txt", "");
        Write("tokenizer_config.json", configuration);

        Assert.Contains(named, Assert.Throws<TokenizerException>(() => Tokenizer.Load(_folder)).Message);
    }

    [Fact]
    public void A_file_of_hundreds_of_megabytes_is_not_read()
    {
        using (var file = File.Create(Path.Combine(_folder, "tokenizer.json")))
        {
            file.SetLength(200L << 20);
        }

        Assert.Contains("it has 200 MB", Assert.Throws<TokenizerException>(() => Tokenizer.Load(_folder)).Message);
    }

    static string Sequence(IEnumerable<string> parts) => $$"""{"type": "Sequence", "pretokenizers": [{{string.Join(", ", parts)}}]}""";

    void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    Tokenizer Load(string json)
    {
        Write("tokenizer.json", json);
        return Tokenizer.Load(_folder);
    }

    string Refusal(string json) => Assert.Throws<TokenizerException>(() => Load(json)).Message;
}
