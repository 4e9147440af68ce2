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
    const int Prompts = 32, MaxTokens = 256;

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
        { "length alone", "hole: a wrong answer ten times as long" },
        { "shortness alone", "hole: empty answer" },
        { "likes capitals", "hole: capital letters" },
        { "likes another language", "hole: other languages" },
        { "pays for the prompt's echo", "hole: the prompt repeated before a wrong answer" },
        { "capped", "below 1" },
        { "sign of a part", "sign: close" },
        { "part that prefers the wrong", "sign: other" },
        { "sign of the form", "below 1" },
        { "hangs on long answers", "faults on strange answers" },
        { "reads the beginning", "near miss" },
        { "reads digits", "near miss" },
        { "wrong in one call of ten", "noise" },
        { "slips in one call of ten", "noise" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_reward_is_named(string reward, string kind)
    {
        var findings = Check(reward);

        Assert.Contains(kind, findings.Select(finding => finding.Kind));
        Assert.All(findings, finding => Assert.NotEqual("", finding.Advice));
    }

    [Fact]
    public void What_a_grader_fails_on_is_named() => Assert.Contains(
        Check("hangs on long answers"), finding => finding.Sentence.Contains("Most of all on: a wrong answer as long as can be.", StringComparison.Ordinal));

    [Fact]
    public void A_little_noise_is_no_hole() => Assert.Equal(["noise"], Check("little noise").Select(finding => finding.Kind));

    [Fact]
    public void A_reward_that_reads_the_first_number_does_not_read_references() => Assert.Contains(
        Check("first number"), finding => finding is { Kind: "form", Severity: CheckSeverity.Warning });

    [Theory]
    [InlineData(false, "letter case")]
    [InlineData(true, null)]
    public void A_reward_that_knows_one_spelling_is_named(bool ignoresCase, string? kind)
    {
        PreparedPrompt[] capitals = [.. "Paris Rome Oslo Madrid Vienna Berlin Lisbon Dublin".Split(' ').Select((city, i) =>
            new PreparedPrompt(new PromptRecord($"c{i}", [new("user", $"Which city is capital {i}?")], city, new Dictionary<string, JsonElement>(), i + 1), [1], (uint)i))];
        var grader = GraderSettings.Parse(ignoresCase ? """{"kind":"exact","ignoreCase":true}""" : """{"kind":"exact"}""").Build();
        Rollout[] rollouts = [.. capitals.Select((prompt, i) => Rollout(prompt, i % 2 == 0 ? prompt.Record.Reference! : "Atlantis", i % 2 == 0 ? 1 : 0))];

        var findings = JobCheck.OfGrader(grader, capitals, rollouts, Prompts, MaxTokens, CancellationToken.None);

        Assert.Equal(kind is null ? [] : [kind], findings.Select(finding => finding.Kind));
    }

    [Fact]
    public void A_grader_that_compares_a_group_is_asked_about_pairs_and_is_no_lottery()
    {
        var exact = new FinalNumberGrader();
        var ranks = new GroupGrader(item => exact.GradeOne(item).GetAwaiter().GetResult().Score!.Value);

        Assert.Empty(JobCheck.OfGrader(ranks, _prompts, Rollouts(ranks, _prompts), Prompts, MaxTokens, CancellationToken.None));
    }

    [Fact]
    public void A_part_that_counts_tokens_is_told_how_many_there_are()
    {
        var grader = GraderSettings.Parse("""
            {"kind":"weighted","parts":[{"weight":1,"grader":{"kind":"finalNumber"}},{"weight":0.5,"grader":{"kind":"overlong"}}]}
            """).Build();
        Rollout[] rollouts = [.. Rollouts(new FinalNumberGrader(), _prompts)];

        Assert.Empty(JobCheck.OfGrader(grader, _prompts, rollouts, Prompts, MaxTokens, CancellationToken.None));
    }

    [Theory]
    [InlineData("strict")]
    [InlineData("flexible")]
    public void A_sound_reward_has_no_holes(string mode)
    {
        var grader = new FinalNumberGrader(mode == "strict" ? AnswerPlace.Strict : AnswerPlace.Flexible);

        Assert.Empty(JobCheck.OfGrader(grader, _prompts, Rollouts(grader, _prompts), Prompts, MaxTokens, CancellationToken.None));
    }

    [Fact]
    public void Prompts_without_references_are_tried_with_what_the_model_wrote_elsewhere()
    {
        PreparedPrompt[] bare = [.. _prompts.Select(prompt => prompt with { Record = prompt.Record with { Reference = null } })];
        var grader = Grader("length");

        Assert.Contains("hole: a wrong answer ten times as long", JobCheck.OfGrader(grader, bare, Rollouts(grader, bare), Prompts, MaxTokens, CancellationToken.None).Select(finding => finding.Kind));
    }

    static IReadOnlyList<CheckFinding> Check(string reward)
    {
        var grader = Grader(reward);
        return JobCheck.OfGrader(grader, _prompts, Rollouts(grader, _prompts), Prompts, MaxTokens, CancellationToken.None);
    }

    // Two of three are right.
    static Rollout[] Rollouts(IGrader grader, PreparedPrompt[] prompts)
    {
        string[] texts = [.. Enumerable.Range(0, Prompts).Select(i => $"{i}+{3 * i}={(i % 3 == 0 ? i : 4 * i)}\n#### {(i % 3 == 0 ? i + 1 : 4 * i)}")];
        var grades = grader.Grade([.. prompts.Select((prompt, i) => prompt.Item($"r{i}", texts[i], truncated: false))], CancellationToken.None)
            .GetAwaiter().GetResult().ToDictionary(grade => grade.Id);
        return [.. prompts.Select((prompt, i) => Rollout(prompt, texts[i], grades[$"r{i}"].Score))];
    }

    static Rollout Rollout(PreparedPrompt prompt, string text, double? score) => new()
    {
        PromptId = prompt.Record.Id,
        Index = 0,
        Tokens = new int[1 + (text.Length / 4)],
        LogProbabilities = [0],
        Entropy = 0,
        Text = text,
        Stop = StopReason.EndOfSequence,
        Grade = new("a", score, score is null ? new("mine", "it failed") : null, "", []),
    };

    // Of those in a group who are best 1, all others 0; whoever is alone is right or not.
    sealed class GroupGrader(Func<GradingItem, double> right) : IGrader
    {
        public bool NeedsWholeGroups => true;

        public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) => Task.FromResult<IReadOnlyList<Grade>>(
        [
            .. items.GroupBy(item => item.Group ?? item.Id).SelectMany(group => group.Select(item =>
            {
                Assert.Equal(item.GroupSize, group.Count());
                return item.Scored(right(item) > 0 && right(item) == group.Max(right) ? 1 : 0, "");
            })),
        ]);
    }

    // A second part, and what it counts.
    static Items.Fake Parts(Func<double, double> part, string name, double weight)
    {
        var exact = new FinalNumberGrader();
        return new(items => [.. items.Select(item =>
        {
            double right = exact.GradeOne(item).GetAwaiter().GetResult().Score!.Value, other = right == 1 ? part(1) : part(item.Completion.Length % 2 / 2.0);
            return item.Scored(right + (weight * other), "", [new("right", right, MetricType.Reward), new(name, other, MetricType.Reward)]);
        })]);
    }

    static Items.Fake Grader(string reward)
    {
        switch (reward)
        {
            case "sign of a part":
                return Parts(closeness => closeness, "close", -0.2);
            case "part that prefers the wrong":
                return Parts(closeness => 1 - closeness, "other", 0.2);
        }

        var exact = new FinalNumberGrader();
        var random = new Random(5);
        double Chance()
        {
            lock (random)
            {
                return random.NextDouble();
            }
        }

        double Right(GradingItem item) => exact.GradeOne(item).GetAwaiter().GetResult().Score!.Value;
        string Number(GradingItem item) => item.Reference!.Split("#### ")[1];
        Func<GradingItem, double?> score = reward switch
        {
            "constant" => _ => 0.7,
            "nothing" => _ => 0,
            "coin" => _ => Chance() < 0.5 ? 1 : 0,
            "little noise" => item => Right(item) + (0.1 * Chance()),
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
            "first number" => item => System.Text.RegularExpressions.Regex.Match(item.Completion, "[0-9]+").Value == Number(item) ? 1 : 0,
            "reads the beginning" => item => item.Completion.Contains("#### " + Number(item)[..1]) ? 1 : 0,
            "reads digits" => item => item.Completion.Contains("#### ") && item.Completion.Split("#### ")[^1].Order().SequenceEqual(Number(item).Order()) ? 1 : 0,
            "length alone" => item => Math.Min(1, item.Completion.Length / 1000.0),
            "shortness alone" => item => 1.0 / (1 + item.Completion.Length),
            "likes capitals" => item => Right(item) + (0.5 * item.Completion.Count(char.IsUpper) / (1 + item.Completion.Length)),
            "likes another language" => item => Right(item) + (item.Completion.Any(c => c > 255) ? 0.3 : 0),
            "pays for the prompt's echo" => item => Right(item) + (item.Completion.StartsWith(item.Prompt[^1].Content) && item.Completion.Contains("####") ? 0.3 : 0),
            "capped" => item => Math.Min(0.5, Right(item)),
            "sign of the form" => item => Right(item) - (item.Completion.Contains("####") ? 0.3 : 0),
            "hangs on long answers" => item => item.Completion.Length > 600 ? null : Right(item),
            "wrong in one call of ten" => item => Chance() < 0.1 ? 1 - Right(item) : Right(item),
            "slips in one call of ten" => item => Right(item) - (Chance() < 0.1 ? 0.01 : 0),
            _ => throw new ArgumentException(reward),
        };
        return new Items.Fake(items => [.. items.Select(item => score(item) is { } number ? item.Scored(number, "") : item.Failed("mine", "it divides by the length"))]);
    }
}
