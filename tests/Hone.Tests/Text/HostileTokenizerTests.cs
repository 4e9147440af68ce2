using System.Text;
using Hone.Text;

namespace Hone.Tests.Text;

/// <summary>Files that are damaged and texts that are meant to hurt: one sentence each, and nothing else.</summary>
public sealed class HostileTokenizerTests : IDisposable
{
    const string Fallback = """
        {"added_tokens": [], "normalizer": {"type": "Prepend", "prepend": "▁"}, "decoder": {"type": "Sequence", "decoders":
        [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
        "model": {"type": "BPE", "byte_fallback": true, "fuse_unk": true, "unk_token": "<unk>", "vocab": {"<unk>": 0, "▁": 1, "a": 2, "aa": 3, "▁a": 4, BYTES}, "merges": ["a a", "▁ a"]}}
        """;

    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void All_problems_of_a_file_are_named_at_once()
    {
        string message = Refusal("""
            {"normalizer": {"type": "Sequence", "normalizers": [{"type": "Cedilla"}, {"type": "Umlaut"}]}, "pre_tokenizer": {"type": "Guess"}, "speed": 1,
             "decoder": {"type": "Oracle"}, "model": {"type": "BPE", "dropout": 0.5, "vocab": {"a": 0}, "merges": ["a b", "c a"]}}
            """);

        Assert.All(
            new[] { "'Cedilla'", "'Umlaut'", "'Guess'", "'speed'", "'Oracle'", "dropout", "'b'", "'c'" },
            named => Assert.Contains(named, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Json_without_end_is_refused() => Assert.Contains("not JSON", Refusal(new string('[', 100_000)), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"\ud800": 0}, "merges": []}}""")]
    [InlineData("""{"model": {"type": "\udc00", "vocab": {}, "merges": []}}""")]
    [InlineData("""{"model": {"type": "Unigram", "unk_id": 7, "vocab": [["a", 0]]}}""")]
    [InlineData("""{"model": {"type": "Unigram", "unk_id": 0, "vocab": [["a", 1e999]]}}""")]
    [InlineData("""{"model": {"type": "Unigram", "unk_id": 0, "vocab": [["a"]]}}""")]
    [InlineData("""{"model": {"type": "Unigram", "unk_id": 0, "vocab": []}}""")]
    [InlineData("""{"model": {"type": "BPE", "vocab": [], "merges": {}}}""")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 99999999}, "merges": []}}""")]
    [InlineData("""{"decoder": {"type": "Strip", "content": "ab", "start": 0, "stop": 0}}""")]
    [InlineData("""{"post_processor": {"type": "BertProcessing", "sep": ["a"], "cls": 3}}""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    public void A_damaged_file_is_refused_with_a_sentence(string json) => Assert.Contains(_file, Refusal(json), StringComparison.Ordinal);

    [Theory]
    [InlineData("a", "?")]
    [InlineData("a", "{2}")]
    [InlineData("", "[")]
    [InlineData("", "(")]
    [InlineData("a", "|(?=b{99}){99}")]
    public void A_pattern_that_nests_or_repeats_without_end_is_refused(string start, string part)
    {
        string pattern = start + string.Concat(Enumerable.Repeat(part, 100_000));

        Refusal($$$"""{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "{{{pattern}}}"}, "behavior": "Isolated"}, "model": {"type": "BPE", "vocab": {}, "merges": []}}""");
    }

    // Every byte of a small file changed in several ways: refused or read, but never a crash.
    [Fact]
    public void A_file_with_any_byte_changed_is_refused_or_read()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Written());
        for (int i = 0; i < whole.Length; i++)
        {
            foreach (byte change in new byte[] { 1, 32, 128 })
            {
                byte[] damaged = [.. whole];
                damaged[i] ^= change;
                File.WriteAllBytes(_file, damaged);
                var problem = Record.Exception(() => Tokenizer.Load(_file).Decode(Tokenizer.Load(_file).Encode("a é aa")));

                Assert.True(problem is null or TokenizerException, $"byte {i} changed by {change}: {problem}");
            }
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("中")]
    [InlineData("😀")]
    [InlineData("a 1!中😀\n")]
    public void A_long_run_encodes_and_comes_back_id_by_id(string part)
    {
        File.WriteAllText(_file, Written());
        var tokenizer = Tokenizer.Load(_file);
        string text = string.Concat(Enumerable.Repeat(part, 100_000));
        var stream = tokenizer.Stream(skipSpecial: false);

        int[] ids = tokenizer.Encode(text);
        string[] chunks = [.. ids.Select(stream.Push), stream.Flush()];

        // A space is unknown to this vocabulary, so it comes as a byte.
        Assert.Equal(text, tokenizer.Decode(ids));
        Assert.Equal(text, string.Concat(chunks));
        Assert.All(chunks, chunk => Assert.Equal(chunk, string.Concat(chunk.EnumerateRunes())));
    }

    [Fact]
    public void A_character_cut_short_waits_and_then_becomes_replacement_characters()
    {
        File.WriteAllText(_file, Written());
        var tokenizer = Tokenizer.Load(_file);
        var stream = tokenizer.Stream(skipSpecial: false);
        int[] ids = tokenizer.Encode("😀")[..^1];

        Assert.All(ids, id => Assert.Equal("", stream.Push(id)));
        Assert.Equal("\uFFFD\uFFFD\uFFFD", stream.Flush());
    }

    [Fact]
    public void Whitespace_tokens_inside_what_another_token_stripped_are_not_found_again()
    {
        File.WriteAllText(_file, """
            {"added_tokens": [{"id": 1, "content": "<x>", "rstrip": true}, {"id": 2, "content": " ", "lstrip": true}],
             "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}
            """);

        Assert.Equal([1, 0], Tokenizer.Load(_file).Encode("<x> a"));
    }

    static string Written() => Fallback.Replace("BYTES", string.Join(", ", Enumerable.Range(0, 256).Select(b => $"\"<0x{b:X2}>\": {b + 5}")), StringComparison.Ordinal);

    string Refusal(string json)
    {
        File.WriteAllText(_file, json);
        return Assert.Throws<TokenizerException>(() => Tokenizer.Load(_file)).Message;
    }
}
