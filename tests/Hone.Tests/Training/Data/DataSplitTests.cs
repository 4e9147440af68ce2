using System.Text.Json;
using Hone.Training.Data;

namespace Hone.Tests.Training.Data;

public class DataSplitTests
{
    // 300 records of 100 prompts: every prompt three times, with other ids and answers.
    static readonly PromptRecord[] _records = [.. Enumerable.Range(0, 300).Select(i => Record($"What is {i % 100}+1?", i))];

    [Theory]
    [InlineData(0.1, 30)]
    [InlineData(0.25, 75)]
    [InlineData(0, 0)]
    [InlineData(0.0001, 3)]
    [InlineData(0.9999, 297)]
    public void The_share_of_the_prompts_is_held_out(double share, int records)
    {
        var split = DataSplit.ByHash(_records, share, seed: 1);

        Assert.Equal(records, split.Validation.Count);
        Assert.Equal(300 - records, split.Train.Count);
    }

    [Fact]
    public void No_prompt_is_on_both_sides()
    {
        var split = DataSplit.ByHash(_records, 0.2, seed: 1);

        Assert.Empty(split.Train.Select(Prompt).Intersect(split.Validation.Select(Prompt)));
    }

    [Fact]
    public void The_order_of_the_records_decides_nothing_but_the_order()
    {
        var split = DataSplit.ByHash(_records, 0.2, seed: 1);
        var reversed = DataSplit.ByHash([.. _records.Reverse()], 0.2, seed: 1);

        Assert.Equal(split.Validation.Reverse(), reversed.Validation);
        Assert.Equal(split.Train.Reverse(), reversed.Train);
    }

    [Fact]
    public void The_seed_decides_which_prompts_are_held_out() => Assert.NotEqual(
        DataSplit.ByHash(_records, 0.2, seed: 1).Validation, DataSplit.ByHash(_records, 0.2, seed: 2).Validation);

    [Fact]
    public void The_split_of_a_seed_is_known() => Assert.Equal(
        [4, 16, 17, 18],
        DataSplit.ByHash(_records[..20], 0.2, seed: 1).Validation.Select(record => record.Line));

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_share_that_is_none_is_refused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DataSplit.ByHash(_records, share, seed: 1));

    [Fact]
    public void One_prompt_alone_is_trained_on() =>
        Assert.Equal(2, DataSplit.ByHash([Record("a", 1), Record("a", 2)], 0.5, seed: 1).Train.Count);

    [Fact]
    public void A_conversation_is_split_by_what_comes_before_the_answer()
    {
        SupervisedRecord[] records =
        [
            .. Enumerable.Range(0, 40).Select(i => new SupervisedRecord($"{i}", [new("user", $"{i % 20}?"), new("assistant", $"{i}")], i)),
        ];

        var split = DataSplit.ByHash(records, 0.25, seed: 1);

        Assert.Equal(10, split.Validation.Count);
        Assert.Empty(split.Train.Select(r => r.Messages[0]).Intersect(split.Validation.Select(r => r.Messages[0])));
    }

    [Fact]
    public void Text_that_moves_between_turns_is_another_prompt()
    {
        PromptRecord[] records =
        [
            new("1", [new("user", "a\n"), new("user", "b")], null, new Dictionary<string, JsonElement>(), 1),
            new("2", [new("user", "a"), new("user", "\nb")], null, new Dictionary<string, JsonElement>(), 2),
        ];

        Assert.Single(DataSplit.ByHash(records, 0.5, seed: 1).Train);
    }

    static PromptRecord Record(string prompt, int line) =>
        new($"line-{line}", [new("user", prompt)], $"{line}", new Dictionary<string, JsonElement>(), line);

    static string Prompt(PromptRecord record) => record.Messages[0].Content;
}
