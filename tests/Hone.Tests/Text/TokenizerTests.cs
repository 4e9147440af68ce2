using Hone.Text;

namespace Hone.Tests.Text;

public sealed class TokenizerTests : IDisposable
{
    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("1")]
    [InlineData("!")]
    [InlineData("é")]
    [InlineData("\u0301")]
    [InlineData("𝒜")]
    [InlineData("<")]
    public void A_long_run_of_one_character_encodes_and_comes_back(string character)
    {
        var tokenizer = Tokenizer.Load(GoldenRows.Material("tokenizers/bytelevel-deepseek-coder"));
        string text = string.Concat(Enumerable.Repeat(character, 500_000));

        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
    }

    [Fact]
    public void Lone_surrogates_encode_as_the_replacement_character()
    {
        var tokenizer = Tokenizer.Load(GoldenRows.Material("tokenizers/bytelevel-deepseek-coder"));

        Assert.Equal(tokenizer.Encode("a\uFFFDb\uFFFD"), tokenizer.Encode("a\uD800b\uDC00"));
    }

    [Fact]
    public void Tokens_and_ids_are_found_both_ways()
    {
        var tokenizer = Tokenizer.Load(GoldenRows.Material("tokenizers/added-tokens-normalized"));

        Assert.Equal(512, tokenizer.VocabularySize);
        Assert.Equal(500, tokenizer.IdOf("<KEEP>"));
        Assert.Equal("<KEEP>", tokenizer.TokenOf(500));
        Assert.True(tokenizer.IsSpecial(500));
        Assert.False(tokenizer.IsSpecial(508));
        Assert.Null(tokenizer.IdOf("no such token"));
        Assert.Null(tokenizer.TokenOf(512));
        Assert.Null(tokenizer.TokenOf(-1));
    }

    [Theory]
    [InlineData("""{"model": {"type": "WordPiece", "vocab": {}}}""", "'WordPiece'")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": []}}""", "unk_id")]
    [InlineData("""{"model": {"type": "BPE", "dropout": 0.1}}""", "dropout")]
    [InlineData("""{"model": {"type": "BPE", "end_of_word_suffix": "</w>"}}""", "'</w>'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}}""", "'b'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": -3}, "merges": []}}""", "-3")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {}, "merges": [], "speed": 1}}""", "'speed'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {}, "merges": []}, "decoder": {"type": "WordPiece"}}""", "'WordPiece'")]
    [InlineData("""{"normalizer": {"type": "Precompiled", "precompiled_charsmap": "ab"}}""", "precompiled_charsmap")]
    [InlineData("""{"pre_tokenizer": {"type": "UnicodeScripts"}}""", "'UnicodeScripts'")]
    [InlineData("""{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a*)*"}, "behavior": "Isolated"}}""", "(a*)*")]
    [InlineData("""{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\p{Greek}"}, "behavior": "Isolated"}}""", "'Greek'")]
    [InlineData("""{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "a"}, "behavior": "2"}}""", "'2'")]
    [InlineData("""{"model": 3}""", "needs to be an object")]
    [InlineData("""{}""", "'model'")]
    [InlineData("""{""", "not JSON")]
    public void A_file_that_cannot_be_honoured_is_refused_by_name(string json, string named)
    {
        File.WriteAllText(_file, json);

        var problem = Assert.Throws<TokenizerException>(() => Tokenizer.Load(_file));

        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
        Assert.Contains(_file, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("nowhere", Assert.Throws<TokenizerException>(() => Tokenizer.Load("/nowhere")).Message, StringComparison.Ordinal);
}
