using Hone.Text;

namespace Hone.Tests.Text;

public class StopTextsTests
{
    [Theory]
    [InlineData("abc", new[] { "bc" }, "a", "bc")]
    [InlineData("aabaab!", new[] { "aab!" }, "aab", "aab!")]
    [InlineData("abcd", new[] { "cd", "bcd" }, "a", "bcd")]
    [InlineData("abcd", new[] { "bc", "bcd" }, "a", "bc")]
    [InlineData("ababab", new[] { "ababa" }, "", "ababa")]
    [InlineData("abab", new[] { "ababa" }, "abab", null)]
    [InlineData("x", new[] { "" }, "x", null)]
    public void An_answer_ends_before_the_first_stop_text_however_it_comes(string answer, string[] stops, string shown, string? found)
    {
        for (int length = 1; length <= answer.Length; length++)
        {
            var texts = new StopTexts(stops);

            string all = string.Concat(answer.Chunk(length).Select(piece => texts.Show(new string(piece)))) + texts.Rest("");

            Assert.Equal((shown, found), (all, texts.FoundText));
        }
    }

    [Fact]
    public void What_may_become_a_stop_text_is_held_back_and_shown_when_it_does_not()
    {
        var texts = new StopTexts(["<end>"]);

        Assert.Equal("a", texts.Show("a<e"));
        Assert.Equal("", texts.Show("nd"));
        Assert.Equal("<endx", texts.Show("x"));
        Assert.Equal("<", texts.Show("<<"));
    }

    // Millions of characters to look at with each piece would keep a model from its next step.
    [Fact]
    public void A_stop_text_of_a_million_characters_costs_no_more_than_a_short_one()
    {
        var texts = new StopTexts([new string('a', 1_000_000) + "b", new string('c', 1_000_000)]);

        for (int i = 0; i < 20_000; i++)
        {
            texts.Show("a");
        }

        Assert.Equal(0, texts.Shown);
        Assert.Equal(20_000, texts.Rest("").Length);
    }
}
