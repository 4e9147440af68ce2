using System.Text.Json;
using Hone.Cli.Recipes.Arithmetic;
using Hone.Grading;
using Hone.Grading.Rules;
using Hone.Training.Data;

namespace Hone.Tests.Cli.Recipes.Arithmetic;

public sealed class ArithmeticDataTests : IDisposable
{
    static readonly ArithmeticSizes _few = new()
    {
        Pretraining = 30,
        Writers = 20,
        Train = 15,
        Development = 10,
        Published = 10,
        TokenizerStories = 12,
    };

    readonly string _folder = Directory.CreateTempSubdirectory("hone-arithmetic-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_seed_writes_the_same_bytes()
    {
        string first = Path.Combine(_folder, "first"), second = Path.Combine(_folder, "second");

        ArithmeticData.Write(first, seed: 3, _few);
        ArithmeticData.Write(second, seed: 3, _few);

        string[] names = [.. Directory.GetFiles(first).Select(path => Path.GetFileName(path)).Order()];
        Assert.Equal(
            ["pretraining.jsonl", "test.jsonl", "tokenizer-corpus.txt", "train.jsonl", "validation.jsonl", "writers.jsonl"],
            names);
        Assert.All(names, name =>
            Assert.Equal(File.ReadAllBytes(Path.Combine(first, name)), File.ReadAllBytes(Path.Combine(second, name))));
    }

    [Fact]
    public void Another_seed_writes_other_problems()
    {
        ArithmeticData.Write(Path.Combine(_folder, "3"), seed: 3, _few);
        ArithmeticData.Write(Path.Combine(_folder, "4"), seed: 4, _few);

        Assert.NotEqual(
            File.ReadAllText(Path.Combine(_folder, "3", "train.jsonl")),
            File.ReadAllText(Path.Combine(_folder, "4", "train.jsonl")));
    }

    [Fact]
    public void A_record_for_reinforcement_ends_with_the_question()
    {
        ArithmeticData.Write(_folder, seed: 3, _few);

        string[] lines = File.ReadAllLines(Path.Combine(_folder, "train.jsonl"));
        Assert.Equal(15, lines.Length);
        var record = JsonDocument.Parse(lines[14]).RootElement;
        Assert.Equal("train-000015", record.GetProperty("id").GetString());
        Assert.Equal("user", Assert.Single(record.GetProperty("messages").EnumerateArray()).GetProperty("role").GetString());
        Assert.Contains("\n#### ", record.GetProperty("reference_answer").GetString());
        Assert.InRange(record.GetProperty("steps").GetInt32(), 1, 3);
    }

    [Fact]
    public void A_supervised_record_ends_with_the_answer()
    {
        ArithmeticData.Write(_folder, seed: 3, _few);

        Assert.All(File.ReadAllLines(Path.Combine(_folder, "pretraining.jsonl")), line =>
            Assert.Equal("assistant", JsonDocument.Parse(line).RootElement.GetProperty("messages")[1].GetProperty("role").GetString()));
    }

    [Theory]
    [InlineData("train.jsonl", 15)]
    [InlineData("validation.jsonl", 10)]
    [InlineData("test.jsonl", 10)]
    public async Task Every_reference_passes_the_grading_that_the_recipe_trains_with(string name, int records)
    {
        ArithmeticData.Write(_folder, seed: 3, _few);

        var prompts = DataFile.ReadPrompts(Path.Combine(_folder, name)).RecordsOrThrow();
        var grades = await new FinalNumberGrader().Grade(
            [.. prompts.Select(p => new GradingItem(p.Id, [], p.Reference!, p.Reference, p.Metadata, Truncated: false))],
            CancellationToken.None);

        Assert.Equal(records, grades.Count);
        Assert.All(grades, grade => Assert.Equal(1, grade.Score));
    }

    [Theory]
    [InlineData("pretraining.jsonl", 30)]
    [InlineData("writers.jsonl", 20)]
    public void Every_exchange_can_be_trained_on(string name, int records)
    {
        ArithmeticData.Write(_folder, seed: 3, _few);

        Assert.Equal(records, DataFile.ReadSupervised(Path.Combine(_folder, name)).RecordsOrThrow().Count);
    }

    [Fact]
    public void The_bytes_of_a_seed_are_known()
    {
        ArithmeticData.Write(_folder, seed: 1, _few);

        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
            Directory.GetFiles(_folder).Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes).ToArray()));
        Assert.Equal("078609ec8c068196", hash[..16]);
    }
}
