using Hone.Text;

namespace Hone.Tests.Text;

public sealed class TokenizerTrainerTests : IDisposable
{
    static readonly string[] _texts =
    [
        "the cat sat on the mat, the cat ate 12 mice",
        "the dog saw the cat and 120 more cats\n\nthe end",
        "<|im_start|>user\nWhat is 12 + 120?<|im_end|>\n",
    ];

    readonly string _folder = Directory.CreateTempSubdirectory("tokenizer").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_trained_tokenizer_loads_and_gives_every_text_back()
    {
        var tokenizer = Train(new());

        foreach (string text in _texts.Append("new wörds, 𝒜 and 日本 <|endoftext|>"))
        {
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        }

        Assert.Single(tokenizer.Encode(" the"));
        Assert.Single(tokenizer.Encode(" cat"));
        Assert.True(tokenizer.VocabularySize is > 259 and <= 1024);
    }

    [Fact]
    public void The_vocabulary_is_as_large_as_asked_for_when_the_texts_allow() =>
        Assert.Equal(265, Train(new() { VocabularySize = 265 }).VocabularySize);

    [Fact]
    public void Special_tokens_come_first_and_are_never_cut()
    {
        var tokenizer = Train(new());

        Assert.Equal([1, .. tokenizer.Encode("user"), 2], tokenizer.Encode("<|im_start|>user<|im_end|>"));
        Assert.True(tokenizer.IsSpecial(0));
        Assert.Equal("user", tokenizer.Decode(tokenizer.Encode("<|im_start|>user<|im_end|>"), skipSpecial: true));
    }

    [Fact]
    public void Individual_digits_stay_apart_however_frequent_a_number_is()
    {
        Assert.Equal(["1", "2", "0"], Tokens(Train(new() { IndividualDigits = true }), "120"));
        Assert.Equal(["120"], Tokens(Train(new() { IndividualDigits = false }), "120"));
    }

    [Fact]
    public void The_order_of_the_texts_does_not_change_a_byte()
    {
        Train(new());
        string first = File.ReadAllText(Path.Combine(_folder, "tokenizer.json"));
        TokenizerTrainer.Train(_texts.Reverse(), new(), _folder);

        Assert.Equal(first, File.ReadAllText(Path.Combine(_folder, "tokenizer.json")));
    }

    [Fact]
    public void Among_equally_frequent_pairs_the_smallest_ids_merge_first()
    {
        TokenizerTrainer.Train(["zy zy ba ba"], new() { VocabularySize = 257, SpecialTokens = [] }, _folder);

        Assert.Equal("ba", Tokenizer.Load(_folder).TokenOf(256));
    }

    [Fact]
    public void All_problems_of_the_settings_are_reported_at_once()
    {
        var settings = new TokenizerTrainingSettings { VocabularySize = 100, SpecialTokens = ["<a>", "<a>", "b"], EosToken = "<c>" };

        var problem = Assert.Throws<TokenizerException>(() => TokenizerTrainer.Train(_texts, settings, _folder));

        Assert.All(["100", "twice", "'b'", "'<c>'"], part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
    }

    Tokenizer Train(TokenizerTrainingSettings settings)
    {
        TokenizerTrainer.Train(_texts, settings, _folder);
        return Tokenizer.Load(_folder);
    }

    static string[] Tokens(Tokenizer tokenizer, string text) => [.. tokenizer.Encode(text).Select(id => tokenizer.TokenOf(id)!)];
}
