using Hone.Training.Data.Findings;

namespace Hone.Tests.Training.Data.Findings;

public class NearDuplicatesTests
{
    const string Story = "Anna has three apples and buys seven more at the market on Monday morning before she walks home with her little brother";

    [Theory]
    [InlineData(Story + " Tom.", Story + " Tim.")]
    [InlineData(Story, "  ANNA has three apples, and buys seven more at the market … on Monday morning; before she walks home with her little brother!  ")]
    [InlineData("安娜有三个苹果，她在市场上又买了七个，然后和弟弟一起走回家。她现在有多少个苹果？", "安娜有三个苹果，她在市场上又买了七个，然后和弟弟一起走回家，她现在有多少个苹果呢？")]
    public void Texts_that_differ_little_are_found(string a, string b) =>
        Assert.Equal(0, new NearDuplicates([a, b], [0, 0]).Within[1]!.Value.Other);

    [Theory]
    [InlineData("What is 7+5?", "What is 7-5?")]
    [InlineData("What is 7*5?", "What is 7/5?")]
    [InlineData("What is 7+5?", "What is 5+7?")]
    [InlineData("ab c d e f g", "a bc d e f g")]
    [InlineData("一二三四五六", "六五四三二一")]
    public void Texts_that_ask_something_else_are_not(string a, string b) =>
        Assert.Null(new NearDuplicates([a, b], [0, 0]).Within[1]);

    [Fact]
    public void An_instruction_that_all_have_does_not_make_them_alike()
    {
        string ending = string.Concat(Enumerable.Range(0, 60).Select(i => $" word{i}"));
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => $"What is {i} plus {i * 7} minus {i * 3}?{ending}")];

        Assert.All(new NearDuplicates(texts, new int[200]).Within, Assert.Null);
    }

    [Fact]
    public void Planted_pairs_are_found_within_and_between_sets()
    {
        var random = new Random(1);
        string Text() => string.Join(' ', Enumerable.Range(0, 40).Select(_ => $"w{random.Next(3000)}"));
        string[] training = [.. Enumerable.Range(0, 1000).Select(_ => Text())], held = [.. Enumerable.Range(0, 200).Select(_ => Text())];
        for (int i = 0; i < 50; i++)
        {
            training[900 + i] = training[i] + " end";
            held[i] = "Well: " + training[100 + i];
        }

        var near = new NearDuplicates([.. training, .. held], [.. new int[1000], .. Enumerable.Repeat(1, 200)]);

        Assert.Equal(Enumerable.Range(0, 50), Enumerable.Range(900, 50).Select(i => near.Within[i]!.Value.Other));
        Assert.Equal(50, near.Within.Count(match => match is not null));
        Assert.Equal(Enumerable.Range(100, 50), Enumerable.Range(1000, 50).Select(i => near.InFirst[i]!.Value.Other));
        Assert.Equal(50, near.InFirst.Count(match => match is not null));
    }

    [Fact]
    public void Thousands_of_equal_texts_are_each_compared_with_few()
    {
        var near = new NearDuplicates([.. Enumerable.Repeat(Story, 5000)], new int[5000]);

        Assert.Null(near.Within[0]);
        Assert.All(near.Within.Skip(1), match => Assert.Equal(1, match!.Value.Similarity));
    }
}
