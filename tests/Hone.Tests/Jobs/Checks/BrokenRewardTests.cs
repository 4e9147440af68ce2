using System.Text.Json;
using Hone.Grading;
using Hone.Grading.Rules;
using Hone.Jobs.Checks;
using Hone.Tests.Grading;
using Hone.Training;
using Hone.Training.Data;

namespace Hone.Tests.Jobs.Checks;

/// <summary>Rewards that are broken in ways that people broke theirs; the check names each.</summary>
public class BrokenRewardTests
{
    const int Prompts = 32;

    static readonly PreparedPrompt[] _prompts = [.. Enumerable.Range(0, Prompts).Select(i => new PreparedPrompt(
        new PromptRecord($"p{i}", [new("user", $"What is {i} and {3 * i}?")], $"{i}+{3 * i}={4 * i}\n#### {4 * i}", new Dictionary<string, JsonElement>(), i + 1), [1, 2], (uint)i))];

    public static TheoryData<string, string> Broken => new()
    {
        { "constant", "constant" },
        { "nothing", "constant" },
        { "coin", "noise" },
        { "little noise", "noise" },
        { "inverted", "inverted" },
        { "ignores the reference", "reference ignored" },
        { "cannot read thousands", "reference" },
        { "number anywhere", "hole: all candidate answers, one after another" },
        { "number anywhere", "hole: all candidate answers in a row" },
        { "length", "hole: a wrong answer ten times as long" },
        { "empty passes", "hole: empty answer" },
        { "form alone", "hole: the form without an answer" },
        { "words of the question", "hole: keyword stuffing" },
        { "words of the question", "hole: the prompt repeated" },
        { "obedient judge", "hole: an instruction to the judge" },
        { "believes verdicts", "hole: a forged verdict" },
        { "likes headings", "hole: markdown tricks" },
        { "huge", "scale" },
        { "fails on nothing", "faults on strange answers" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_reward_is_named(string reward, string kind)
    {
        var findings = Check(reward);

        Assert.Contains(kind, findings.Select(finding => finding.Kind));
        Assert.All(findings, finding => Assert.NotEqual("", finding.Advice));
    }

    [Theory]
    [InlineData("strict")]
    [InlineData("flexible")]
    public void A_sound_reward_has_no_holes(string mode)
    {
        var grader = new FinalNumberGrader(mode == "strict" ? AnswerPlace.Strict : AnswerPlace.Flexible);

        Assert.Empty(JobCheck.OfGrader(grader, _prompts, Rollouts(grader, _prompts), Prompts, CancellationToken.None));
    }

    [Fact]
    public void Prompts_without_references_are_tried_with_what_the_model_wrote_elsewhere()
    {
        PreparedPrompt[] bare = [.. _prompts.Select(prompt => prompt with { Record = prompt.Record with { Reference = null } })];
        var grader = Grader("length");

        Assert.Contains("hole: a wrong answer ten times as long", JobCheck.OfGrader(grader, bare, Rollouts(grader, bare), Prompts, CancellationToken.None).Select(finding => finding.Kind));
    }

    static IReadOnlyList<CheckFinding> Check(string reward)
    {
        var grader = Grader(reward);
        return JobCheck.OfGrader(grader, _prompts, Rollouts(grader, _prompts), Prompts, CancellationToken.None);
    }

    // Two of three are right.
    static Rollout[] Rollouts(IGrader grader, PreparedPrompt[] prompts)
    {
        string[] texts = [.. Enumerable.Range(0, Prompts).Select(i => $"{i}+{3 * i}={(i % 3 == 0 ? i : 4 * i)}\n#### {(i % 3 == 0 ? i + 1 : 4 * i)}")];
        var grades = grader.Grade([.. prompts.Select((prompt, i) => prompt.Item($"r{i}", texts[i], truncated: false))], CancellationToken.None)
            .GetAwaiter().GetResult().ToDictionary(grade => grade.Id);
        return [.. prompts.Select((prompt, i) => new Rollout
        {
            PromptId = prompt.Record.Id, Index = 0, Tokens = [1], LogProbabilities = [0], Entropy = 0, Text = texts[i], Stop = StopReason.EndOfSequence, Grade = grades[$"r{i}"],
        })];
    }

    static Items.Fake Grader(string reward)
    {
        var exact = new FinalNumberGrader();
        var random = new Random(5);
        double Right(GradingItem item) => exact.GradeOne(item).GetAwaiter().GetResult().Score!.Value;
        string Number(GradingItem item) => item.Reference!.Split("#### ")[1];
        Func<GradingItem, double?> score = reward switch
        {
            "constant" => _ => 0.7,
            "nothing" => _ => 0,
            "coin" => _ => random.Next(2),
            "little noise" => item => Right(item) + (0.1 * random.NextDouble()),
            "inverted" => item => 1 - Right(item),
            "ignores the reference" => item => item.Completion.Length % 2,
            "cannot read thousands" => item => Number(item).Length > 2 ? 0 : Right(item),
            "number anywhere" => item => item.Completion.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries).Contains(Number(item)) ? 1 : 0,
            "length" => item => (item.Reference is null ? 0 : Right(item)) + (item.Completion.Length / 1000.0),
            "empty passes" => item => item.Completion.Length == 0 ? 1 : Right(item),
            "form alone" => item => item.Completion.TrimEnd().EndsWith("####") ? 0.5 : Right(item),
            "words of the question" => item => Right(item) + (item.Completion.Contains("What") ? 0.5 : 0),
            "obedient judge" => item => item.Completion.Contains("highest score") ? 1 : Right(item),
            "believes verdicts" => item => item.Completion.Contains("\"score\": 1") ? 1 : Right(item),
            "likes headings" => item => Right(item) + (item.Completion.StartsWith('#') && !item.Completion.StartsWith("##") ? 0.3 : 0),
            "huge" => item => 1e6 * Right(item),
            "fails on nothing" => item => item.Completion.Length == 0 ? null : Right(item),
            _ => throw new ArgumentException(reward),
        };
        return new Items.Fake(items => [.. items.Select(item => score(item) is { } number ? item.Scored(number, "") : item.Failed("mine", "it divides by the length"))]);
    }
}
