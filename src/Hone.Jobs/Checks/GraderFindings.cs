using Hone.Grading;
using Hone.Training;

namespace Hone.Jobs.Checks;

/// <summary>Tries a reward on answers whose worth is known, and on answers that the model gave.</summary>
/// <remarks>
/// Right answers in several forms show which form the grader reads and whether it gives all of them its best; wrong ones in the same form are
/// what honest mistakes are worth; whatever adversarial answer scores above those is a hole. The model's own answers, graded a second time in
/// another order, show whether the reward is one number or a lottery.
/// </remarks>
sealed class GraderFindings
{
    // Of the distance between the best and the worst of the model's answers, and of the answers that change.
    const double NoticeableNoise = 0.01, RuinousNoise = 0.1, ManyChanged = 0.05;

    const double LargestUsual = 100;

    /// <summary>Of things that a finding names.</summary>
    public const int MostNamed = 5;

    readonly GraderProbe _probe;
    readonly IReadOnlyList<ProbedPrompt> _prompts;
    readonly List<CheckFinding> _findings = [];
    readonly double[] _seen;
    readonly int _asked;

    // Twice what the same answer's score was seen to move by.
    double _noise = 1e-9;

    GraderFindings(GraderProbe probe, IReadOnlyList<ProbedPrompt> prompts, IReadOnlyList<Rollout> rollouts)
    {
        (_probe, _prompts, _asked) = (probe, prompts, rollouts.Count);
        _seen = [.. rollouts.Select(rollout => rollout.Grade.Score).OfType<double>()];
    }

    /// <param name="answers">Items of the model's own answers, with the grades that they got.</param>
    public static IReadOnlyList<CheckFinding> Find(
        GraderProbe probe, IReadOnlyList<ProbedPrompt> prompts, IReadOnlyList<(GradingItem Item, Rollout Rollout)> answers)
    {
        var checks = new GraderFindings(probe, prompts, [.. answers.Select(answer => answer.Rollout)]);
        string[] failing = checks.IsLottery(answers) ? [] : checks.Answers();
        checks.Scale();
        checks.FaultsOfProbes(failing);
        return checks._findings;
    }

    public static string Short(string text)
    {
        string line = text.ReplaceLineEndings(" ⏎ ");
        return line.Length <= 100 ? line : $"{line[..100]}…";
    }

    // Returns the kinds of strange answers on which it fails.
    string[] Answers()
    {
        ProbedPrompt[] known = [.. _prompts.Where(prompt => prompt.Right is not null)];
        var form = AnswerForm.All[0];
        if (known.Length > 0)
        {
            var references = new ReferenceFindings(_probe, _seen, _noise);
            form = references.Find(known);
            _findings.AddRange(references.Findings);
        }

        if (_prompts.Count == 0)
        {
            return [];
        }

        var holes = HoleFindings.Find(_probe, _prompts, form, _noise);
        _findings.AddRange(holes.Findings);
        return holes.Failing;
    }

    // What is found by asking a lottery would be a lottery too.
    bool IsLottery(IReadOnlyList<(GradingItem Item, Rollout Rollout)> answers)
    {
        var again = _probe.Grade([.. answers.Reverse().Select(answer => answer.Item)]);
        (double First, double Second)[] twice =
        [
            .. answers.Select(answer => (First: answer.Rollout.Grade.Score, Second: again[answer.Item.Id].Score))
                .Where(pair => pair.First is not null && pair.Second is not null).Select(pair => (pair.First!.Value, pair.Second!.Value)),
        ];
        double[] all = [.. twice.SelectMany(pair => new[] { pair.First, pair.Second })];
        double span = all.Length > 0 ? all.Max() - all.Min() : 0;
        if (span == 0)
        {
            return false;
        }

        _noise += 2 * twice.Max(pair => Math.Abs(pair.Second - pair.First));
        double noise = twice.Average(pair => Math.Abs(pair.Second - pair.First)) / span;
        int changed = twice.Count(pair => Math.Abs(pair.Second - pair.First) > 1e-9);
        if (noise > NoticeableNoise || changed > ManyChanged * twice.Length)
        {
            Add(noise > RuinousNoise ? CheckSeverity.Problem : CheckSeverity.Warning, "noise",
                $"The same answers graded twice differ by {noise:P1} of the distance between the best and the worst ({changed} of {twice.Length} changed).",
                "Make the grader a function of the answer alone: no random numbers, no clock, a judge at temperature 0 or the mean of several votes.");
        }

        return noise > RuinousNoise;
    }

    void Scale()
    {
        double largest = _seen.Select(Math.Abs).DefaultIfEmpty(0).Max();
        if (largest > LargestUsual)
        {
            Add(CheckSeverity.Warning, "scale", $"Scores reach {largest:0.###}.",
                "Bring rewards to the range from 0 to 1, or -1 to 1: parts that are added then weigh what their weights say, and one outlier does not drown a group.");
        }
    }

    void FaultsOfProbes(string[] failing)
    {
        if (_probe.Faults.Count > 0 && _asked > 0)
        {
            var kinds = _probe.Faults.GroupBy(grade => grade.Fault!.Boundary).Select(kind => $"{kind.Count()} × {kind.Key} ({Short(kind.First().Fault!.Message)})");
            string most = failing.Length > 0 ? $" Most of all on: {string.Join(", ", failing.Take(MostNamed))}." : "";
            Add(CheckSeverity.Warning, "faults on strange answers", $"The grader fails on answers that a model may well give: {string.Join("; ", kinds.Take(MostNamed))}.{most}",
                "A grader has to give a score to every text, also to none, and to long and broken ones.");
        }
    }

    void Add(CheckSeverity severity, string kind, string sentence, string advice) => _findings.Add(new(severity, kind, sentence, advice));
}
