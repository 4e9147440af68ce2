using System.Runtime.CompilerServices;
using Hone.Cli.Recipes.Stories;
using Hone.Jobs;
using Hone.Training.Data;

namespace Hone.Tests.Cli.Recipes.Stories;

public sealed class StoryBeginningsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-stories-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("train.jsonl", StoryBeginnings.TrainCount)]
    [InlineData("validation.jsonl", StoryBeginnings.ValidationCount)]
    [InlineData("test.jsonl", StoryBeginnings.TestCount)]
    public void The_files_of_the_recipe_are_those_of_seed_1(string name, int count)
    {
        StoryBeginnings.Write(_folder, seed: 1);

        string written = Path.Combine(_folder, name);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Recipe(), name)), File.ReadAllBytes(written));
        var records = DataFile.ReadPrompts(written).RecordsOrThrow();
        Assert.Equal(count, records.Count);
        Assert.Equal(count, records.Select(record => record.Messages[0].Content).Distinct().Count());
        Assert.All(records, record => Assert.Contains(record.Reference!, record.Messages[0].Content));
    }

    [Fact]
    public void No_thing_is_in_two_sets()
    {
        string[] things = [.. StoryBeginnings.TrainThings, .. StoryBeginnings.ValidationThings, .. StoryBeginnings.TestThings];

        Assert.Equal(things.Length, things.Distinct().Count());
    }

    [Fact]
    public void The_job_of_the_recipe_is_sound()
    {
        File.WriteAllText(Path.Combine(_folder, "config.json"), "{}");

        var job = JobFile.Read(Path.Combine(Recipe(), "job.json"), _folder);

        Assert.Equal("plain", job.Template);
        Assert.Equal(["<s>"], job.EndTokens);
    }

    static string Recipe([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../../../../recipes/stories"));
}
