using System.Runtime.CompilerServices;
using Hone.Cli;
using Hone.Cli.Recipes.Gsm8k;
using Hone.Grading;
using Hone.Grading.Rules;
using Hone.Jobs;
using Hone.Models.Configuration;
using Hone.Tests.Support;
using Hone.Training.Data;

namespace Hone.Tests.Cli.Recipes.Gsm8k;

public sealed class Gsm8kDataTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-gsm8k-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Questions_become_prompts_whose_references_grade_themselves_right()
    {
        Source("train.jsonl", 21);
        Source("test.jsonl", 2);

        Gsm8kData.Write(_folder, Path.Combine(_folder, "data"));

        var train = Prompts("train");
        Assert.Equal((19, 2, 2), (train.Count, Prompts("validation").Count, Prompts("test").Count));
        Assert.StartsWith("How much is 2 + 1?\n\n", train[0].Messages[0].Content);
        Assert.Equal("2 + 1 = 3\n#### 3", train[0].Reference);
        Assert.True(train[0].Metadata.ContainsKey("chat_template_kwargs"));
        var grades = await new FinalNumberGrader().Grade(
            [.. train.Select(one => new GradingItem(one.Id, [], one.Reference!, one.Reference, one.Metadata, false))], CancellationToken.None);
        Assert.All(grades, grade => Assert.Equal(1, grade.Score));
    }

    [Fact]
    public void A_folder_without_the_files_is_refused_with_both_names()
    {
        var refusal = Assert.Throws<CommandException>(() => Gsm8kData.Write(_folder, Path.Combine(_folder, "data")));

        Assert.Contains("train.jsonl and no test.jsonl", refusal.Message);
    }

    [Theory]
    [InlineData("{\"question\":\"How many?\"}")]
    [InlineData("[]")]
    [InlineData("not json")]
    public void Lines_of_another_form_are_refused(string line)
    {
        Source("train.jsonl", 3);
        Source("test.jsonl", 2);
        File.AppendAllText(Path.Combine(_folder, "test.jsonl"), line + "\n");

        Assert.Contains("record 3", Assert.Throws<CommandException>(() => Gsm8kData.Write(_folder, Path.Combine(_folder, "data"))).Message);
        Assert.False(Directory.Exists(Path.Combine(_folder, "data")));
    }

    [SharedFact]
    public async Task Every_published_answer_is_a_reference()
    {
        Gsm8kData.Write(SharedFolder.In("thirdparty/gsm8k"), _folder);

        var all = Prompts("train", _folder).Concat(Prompts("validation", _folder)).Concat(Prompts("test", _folder)).ToArray();
        Assert.Equal(7473 + 1319, all.Length);
        var grades = await new FinalNumberGrader().Grade(
            [.. all.Select(one => new GradingItem(one.Id, [], one.Reference!, one.Reference, one.Metadata, false))], CancellationToken.None);
        Assert.All(grades, grade => Assert.Equal(1, grade.Score));
    }

    [Theory]
    [InlineData("qwen2.5-0.5b", 24, 896, 494_032_768)]
    [InlineData("qwen3-0.6b", 28, 1024, 596_049_920)]
    [InlineData("llama-3.2-1b", 16, 2048, 1_235_814_400)]
    public void Jobs_and_shapes_are_those_of_the_published_models(string name, int layers, int width, long weights)
    {
        var config = DecoderConfigReader.ReadFiles(Path.Combine(Recipe(), "configs", $"{name}.json"), "");
        File.WriteAllText(Path.Combine(_folder, "config.json"), "{}");

        Assert.Equal((layers, width, true), (config.Layers, config.HiddenSize, config.TieEmbeddings));
        Assert.Equal(weights, DecoderTensors.All(config).Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size)));
        string missing = Assert.Throws<JobException>(() => JobFile.Read(Path.Combine(Recipe(), $"{name}.json"), _folder)).Message;
        Assert.DoesNotContain("baseModel", missing);
        Assert.DoesNotContain("hyperParameters", missing);
    }

    void Source(string name, int count) => File.WriteAllLines(
        Path.Combine(_folder, name),
        Enumerable.Range(1, count).Select(i => $$"""{"question": "How much is {{i}} + 1?", "answer": "{{i}} + 1 = {{i + 1}}\n#### {{i + 1}}"}"""));

    IReadOnlyList<PromptRecord> Prompts(string set, string? folder = null) =>
        DataFile.ReadPrompts(Path.Combine(folder ?? Path.Combine(_folder, "data"), $"{set}.jsonl")).RecordsOrThrow();

    static string Recipe([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../../../../recipes/gsm8k"));
}
