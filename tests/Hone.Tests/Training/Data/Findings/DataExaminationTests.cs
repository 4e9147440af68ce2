using System.Runtime.CompilerServices;
using System.Text.Json;
using Hone.Text;
using Hone.Training.Data;
using Hone.Training.Data.Findings;

namespace Hone.Tests.Training.Data.Findings;

public class DataExaminationTests
{
    static readonly string[] _things = ["apples", "stones", "boats", "letters", "clouds", "wheels", "songs", "lamps", "rivers", "doors"];

    [Fact]
    public void A_set_is_counted_in_every_respect()
    {
        PromptRecord[] records =
        [
            .. Enumerable.Range(0, 100).Select(i => Record(i + 1, Question(i), $"{i}")),
            Record(101, Question(3), "3"),
            Record(102, Question(4), "another"),
            Record(103, Question(5) + " Tell me now please.", null),
            new("x", [new("system", "Add."), new("user", "安娜有多少个苹果？")], "7", new Dictionary<string, JsonElement>(), 104),
        ];

        var findings = DataExamination.Of([new("training", records)], null);

        var set = Assert.Single(findings.Sets);
        Assert.Equal("characters", findings.Unit);
        Assert.Null(findings.Proposal);
        Assert.Equal((104, 102), (set.Records, set.DistinctPrompts));
        Assert.Equal([(101, 4), (102, 5)], set.Duplicates.First.Select(pair => (pair.Place.Line, pair.Other.Line)));
        Assert.Equal((103, 6), (Assert.Single(set.NearDuplicates.First).Place.Line, set.NearDuplicates.First[0].Other.Line));
        Assert.Equal(5, Assert.Single(set.Contradictions.First).Line);
        Assert.Equal((1, 103), (set.MissingReferences.Count, set.MissingReferences.First[0].Line));
        Assert.Equal([new("1", 103), new("2", 1)], set.Turns);
        Assert.Equal([new("system", 1), new("user", 104)], set.Roles);
        Assert.Equal([new("Latin", 103), new("Han", 1)], set.Scripts);
        Assert.Equal([new("English", 103), new("Chinese", 1)], set.Languages);
        Assert.Equal(103, set.Longest[0].Place.Line);
        Assert.Contains(findings.Notes, note => note.StartsWith("training: 1 of 104 records have no reference answer (line 103);", StringComparison.Ordinal));
        Assert.Contains(findings.Notes, note => note.StartsWith("training: 1 prompt given several times with different reference answers (line 5)", StringComparison.Ordinal));
        Assert.Contains(findings.Notes, note => note.StartsWith("training: 2 records repeat an earlier prompt and 1 nearly do;", StringComparison.Ordinal));
    }

    [Fact]
    public void Prompts_on_both_sides_are_a_leak()
    {
        PromptRecord[] training = [.. Enumerable.Range(0, 200).Select(i => Record(i + 1, Question(i), $"{i}"))];
        PromptRecord[] validation =
        [
            .. Enumerable.Range(300, 50).Select(i => Record(i - 299, Question(i), $"{i}")),
            Record(51, Question(7), "7"),
            Record(52, Question(8) + " Say it in one number.", "8"),
        ];

        var findings = DataExamination.Of([new("training", training), new("validation", validation)], null);

        var leak = Assert.Single(findings.Leaks);
        Assert.Equal(("validation", "training"), (leak.Set, leak.Training));
        Assert.Equal([(51, 8)], leak.Same.First.Select(pair => (pair.Place.Line, pair.Other.Line)));
        Assert.Equal([(52, 9)], leak.Near.First.Select(pair => (pair.Place.Line, pair.Other.Line)));
        Assert.Contains(findings.Notes, note => note.StartsWith("validation: 1 of its prompts stand in training too, 1 almost (line 51 is line 8 of training)", StringComparison.Ordinal));
    }

    [Fact]
    public void Tokens_are_those_of_the_model_and_lengths_are_proposed_from_them()
    {
        string model = Path.Combine(Root(), "models", "arithmetic");
        var (tokenizer, template) = (Tokenizer.Load(model), ChatTemplate.Load(model));
        PromptRecord[] records = [.. Enumerable.Range(0, 150).Select(i => Record(i + 1, new string('7', i + 1), new string('1', 150 - i)))];

        var findings = DataExamination.Of([new("training", records)], new(tokenizer, template, null));

        int[] prompts = [.. records.Select(record => tokenizer.Encode(template.Render([.. record.Messages.Select(turn => turn.Message)], true)).Length).Order()];
        var set = findings.Sets[0];
        Assert.Equal("tokens", findings.Unit);
        Assert.Equal((prompts[74], prompts[134], prompts[142], prompts[148], prompts[149]), (set.Prompts!.P50, set.Prompts.P90, set.Prompts.P95, set.Prompts.P99, set.Prompts.Max));
        Assert.Equal(new LengthProposal(2 * prompts[148], 3 * 149), findings.Proposal);
        Assert.Equal([150, 149, 148, 147, 146], set.Longest.Select(record => record.Place.Line));
    }

    [Fact]
    public void A_prompt_that_the_template_refuses_is_told_by_its_line()
    {
        var tokenizer = Tokenizer.Load(Path.Combine(Root(), "models", "arithmetic"));
        var template = new ChatTemplate("{% if messages[0].role == 'system' %}{{ raise_exception('no system turn here') }}{% endif %}{{ messages[0].content }}", new Dictionary<string, string>());
        PromptRecord[] records =
        [
            .. Enumerable.Range(0, 100).Select(i => Record(i + 1, Question(i), $"{i}")),
            new("x", [new("system", "Add."), new("user", "7+5?")], "12", new Dictionary<string, JsonElement>(), 101),
        ];

        var set = DataExamination.Of([new("training", records)], new(tokenizer, template, null)).Sets[0];

        Assert.Equal((1, 101), (set.Refused.Count, set.Refused.First[0].Line));
        Assert.Contains("no system turn here", set.Refused.Detail);
        Assert.Equal(100, set.Prompts!.Count);
    }

    [Fact]
    public void Nothing_at_all_has_no_lengths()
    {
        var findings = DataExamination.Of([new("training", [])], null);

        Assert.Null(findings.Sets[0].Prompts);
        Assert.Null(findings.Sets[0].References);
    }

    [Theory]
    [InlineData(99, "training has 99 records; 100 to 20,000 are advised: with fewer")]
    [InlineData(100, null)]
    [InlineData(20_000, null)]
    [InlineData(20_001, "training has 20,001 records; 100 to 20,000 are advised: with more")]
    public void Sizes_outside_the_advice_are_noted(int records, string? note)
    {
        string? told = DataNotes.Size("training", records);

        Assert.True(note is null ? told is null : told!.StartsWith(note, StringComparison.Ordinal));
    }

    // Distinct in most word triples.
    static string Question(int i) => string.Join(' ', Enumerable.Range(0, 12).Select(k => $"How many {_things[(i + (k * 3)) % 10]} are {(i * 31) + k} of the {_things[(i / 10 + k) % 10]}?"));

    static PromptRecord Record(int line, string prompt, string? reference) =>
        new($"line-{line}", [new("user", prompt)], reference, new Dictionary<string, JsonElement>(), line);

    static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../../../.."));
}
