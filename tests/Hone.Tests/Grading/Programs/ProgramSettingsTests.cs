using Hone.Grading;

namespace Hone.Tests.Grading.Programs;

public sealed class ProgramSettingsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-programs-").FullName;

    public ProgramSettingsTests()
    {
        File.WriteAllText(Path.Combine(_folder, "reward.py"), "");
        File.WriteAllText(Path.Combine(_folder, "grader.js"), "");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("""{"kind":"python","file":"reward.py"}""")]
    [InlineData("""{"kind":"python","file":"reward.py","handler":"all","batch":64,"reference":"object","python":"python3.11","network":true,"environment":["KEY"]}""")]
    [InlineData("""{"kind":"python","file":"reward.py","callSeconds":30,"batchSeconds":100,"startSeconds":5,"memoryMegabytes":2048,"processes":8}""")]
    [InlineData("""{"kind":"python","file":"reward.py","outputMegabytes":1,"temporaryMegabytes":9,"workers":3,"callsPerWorker":7}""")]
    [InlineData("""{"type":"python","source":"def grade(sample, item): return 1","name":"one","image_tag":"2025-05-08"}""")]
    [InlineData("""{"kind":"process","command":["node","grader.js"]}""")]
    [InlineData("""{"kind":"process","command":"grader"}""")]
    [InlineData("""{"kind":"codeTests"}""")]
    [InlineData("""{"kind":"codeTests","tests":"cases","score":"all","testSeconds":2}""")]
    [InlineData("""{"kind":"sqlResult","schema":"ddl","order":"any","steps":20000}""")]
    public async Task A_description_builds_its_grader_and_starts_nothing(string json)
    {
        var settings = GraderSettings.Parse(json);

        Assert.Empty(settings.Problems("grader", new(_folder)));
        await settings.Build(new(_folder)).DisposeAsync();
    }

    [Theory]
    [InlineData("""{"kind":"python"}""", "grader needs file (a Python file with a reward function) or source (the text of one), and not both.")]
    [InlineData("""{"kind":"python","file":"reward.py","source":"x"}""", "grader needs file (a Python file with a reward function) or source")]
    [InlineData("""{"kind":"python","file":"other.py"}""", "grader.file is \"other.py\", but there is no such file")]
    [InlineData("""{"kind":"python","file":"reward.py","callSeconds":0}""", "grader.callSeconds is 0, but needs to be a number from 0.05 to 900.")]
    [InlineData("""{"kind":"python","file":"reward.py","handlr":"x"}""", "grader.handlr is not known")]
    [InlineData("""{"kind":"python","file":"reward.py","reference":"text"}""", "grader.reference is \"text\", but needs to be asWritten")]
    [InlineData("""{"kind":"process"}""", "grader.command is missing; it needs to be a program and its arguments, such as [\"node\",\"grader.js\"].")]
    [InlineData("""{"kind":"process","command":[]}""", "grader.command is [], but needs to be a list of texts.")]
    [InlineData("""{"kind":"codeTests","score":"half"}""", "grader.score is \"half\", but needs to be share")]
    [InlineData("""{"kind":"sqlResult","database":"no.db"}""", "grader.database is \"no.db\", but there is no such file")]
    public void A_problem_is_a_sentence_that_names_the_place(string json, string problem) =>
        Assert.StartsWith(problem, Assert.Single(GraderSettings.Parse(json).Problems("grader", new(_folder))));

    [Fact]
    public void Files_of_a_command_become_absolute_paths_in_the_record()
    {
        var settings = GraderSettings.Parse("""{"kind":"process","command":["node","grader.js","--fast"]}""").WithAbsolutePaths(new(_folder));

        Assert.Equal(
            ["node", Path.Combine(_folder, "grader.js"), "--fast"],
            settings.Json.GetProperty("command").EnumerateArray().Select(word => word.GetString()));
    }
}
