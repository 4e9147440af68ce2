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
    const int PromptsForForms = 4;

    // Of the distance between the best and the worst of the model's answers.
    const double NoticeableNoise = 0.01, RuinousNoise = 0.1;

    const double LargestUsual = 100;
    const int MostNamed = 5;

    readonly GraderProbe _probe;
    readonly IReadOnlyList<ProbedPrompt> _prompts;
    readonly List<CheckFinding> _findings = [];
    readonly double[] _seen;
    readonly int _asked;

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
        if (!checks.IsLottery(answers))
        {
            checks.Answers();
        }

        checks.Scale();
        checks.FaultsOfProbes();
        return checks._findings;
    }

    void Answers()
    {
        ProbedPrompt[] known = [.. _prompts.Where(prompt => prompt.Right is not null)];
        var form = known.Length == 0 ? AnswerForm.All[0] : References(known);
        if (_prompts.Count > 0)
        {
            Holes(form);
        }
    }

    // A grader that reads only one form shows which on few prompts; all prompts are asked in that one.
    AnswerForm References(ProbedPrompt[] prompts)
    {
        var forms = AnswerForm.All;
        ProbedPrompt[] few = [.. prompts.Take(PromptsForForms)];
        double?[][] right = Scores(few, prompt => [.. forms.Select(form => form.Write(prompt.Right!))]);
        double?[][] wrong = Scores(few, prompt => [.. forms.Select(form => form.Write(prompt.Wrong))]);
        var form = forms[Enumerable.Range(0, forms.Count).MaxBy(f => Preference(Mean(right, f), Mean(wrong, f)) - (1e-9 * f))];
        double?[][] scores = Scores(prompts, prompt => [form.Write(prompt.Right!), form.Write(prompt.Wrong)]);
        double most = _seen.Concat(scores.Select(one => one[0]).OfType<double>()).DefaultIfEmpty(0).Max();
        Separation(Mean(scores, 0), Mean(scores, 1), most, form);
        Shortfalls(prompts, scores, form, most);
        return form;
    }

    // The form in which right and wrong differ most, whichever of them scores higher; among equals the one that scores best.
    static double Preference(double right, double wrong) =>
        double.IsNaN(right) || double.IsNaN(wrong) ? double.NegativeInfinity : Math.Abs(right - wrong) + (1e-6 * right);

    void Separation(double right, double wrong, double most, AnswerForm form)
    {
        if (double.IsNaN(right) || double.IsNaN(wrong))
        {
            return;
        }

        string seen = $"Right answers ({form.Name}) score {right:0.###} on average and wrong ones {wrong:0.###}";
        if (right < wrong - 1e-9)
        {
            Add(CheckSeverity.Problem, "inverted", $"{seen}: the reward prefers wrong answers.", "Look for a sign or a comparison the wrong way round.");
        }
        else if (right - wrong < 1e-9)
        {
            bool same = _seen.All(score => Math.Abs(score - right) < 1e-9);
            Add(CheckSeverity.Problem, same ? "constant" : "reference ignored",
                same ? $"Every answer scores {right:0.###}: the right ones, the wrong ones and the model's own." : $"{seen}: the reward does not tell them apart.",
                same ? "A reward that is always the same carries no signal; see what the grader looks for." : "Check that the grader looks at the reference answer and finds the answer in the completion.");
        }
        else if (right - wrong < 0.2 * Math.Max(Math.Abs(most), 1e-9))
        {
            Add(CheckSeverity.Warning, "weak separation", $"{seen}: the difference is small beside the best score, {most:0.###}.", "Let correctness weigh more than the rest of the reward.");
        }
    }

    void Shortfalls(ProbedPrompt[] prompts, double?[][] scores, AnswerForm form, double most)
    {
        var below = prompts.Zip(scores, (prompt, one) => (prompt.Prompt.Record.Id, Score: one[0]))
            .Where(one => one.Score is { } score && score < most - 1e-9).ToArray();
        if (below.Length == 0)
        {
            return;
        }

        string named = string.Join(", ", below.Take(MostNamed).Select(one => $"{one.Id} ({one.Score:0.###})"));
        Add(2 * below.Length >= prompts.Length ? CheckSeverity.Problem : CheckSeverity.Warning, "reference",
            $"{below.Length} of {prompts.Length} reference answers do not get the best score that was seen ({most:0.###}) when they are given as the answer "
            + $"({form.Name}, of {AnswerForm.All.Count} forms the one that scores best): {named}{(below.Length > MostNamed ? " …" : "")}.",
            "Mend these references, or a grader that cannot read them: no model can earn what the right answer does not.");
    }

    void Holes(AnswerForm form)
    {
        var kinds = AdversarialAnswer.All;
        double?[][] honest = Scores(_prompts, prompt => [form.Write(prompt.Wrong)]);
        double?[][] scores = Scores(_prompts, prompt => [.. kinds.Select(kind => kind.Write(prompt, form) ?? form.Write(prompt.Wrong))]);
        for (int k = 0; k < kinds.Count; k++)
        {
            double[] gains = [.. _prompts.Select((_, p) => scores[p][k] - honest[p][0]).OfType<double>()];
            int above = gains.Count(gain => gain > 1e-9);
            if (above > gains.Length / 20)
            {
                Hole(kinds[k], form, above, gains, honest);
            }
        }
    }

    void Hole(AdversarialAnswer kind, AnswerForm form, int above, double[] gains, double?[][] honest)
    {
        double wrong = honest.Select(scores => scores[0]).OfType<double>().Average(), gain = gains.Average();
        string example = kind.Write(_prompts[0], form) ?? "";
        Add(above * 2 > gains.Length ? CheckSeverity.Problem : CheckSeverity.Warning, $"hole: {kind.Name}",
            $"A hole in the reward: {kind.Name} scores {wrong + gain:0.###} on average where an honest wrong answer gets {wrong:0.###} (on {above} of {gains.Length} prompts it scores higher), "
            + $"so training would teach the model to {kind.Lesson}. Such as: \"{Short(example)}\".",
            "Let the grader accept one answer in one place, and give nothing for the rest.");
    }

    // What is found by asking a lottery would be a lottery too.
    bool IsLottery(IReadOnlyList<(GradingItem Item, Rollout Rollout)> answers)
    {
        double span = _seen.Length > 0 ? _seen.Max() - _seen.Min() : 0;
        if (span == 0)
        {
            return false;
        }

        var again = _probe.Grade([.. answers.Reverse().Select(answer => answer.Item)]).ToDictionary(grade => grade.Id);
        double[] differences = [.. answers.Select(answer => again[answer.Item.Id].Score - answer.Rollout.Grade.Score).OfType<double>().Select(Math.Abs)];
        double noise = differences.Length > 0 ? differences.Average() / span : 0;
        if (noise > NoticeableNoise)
        {
            Add(noise > RuinousNoise ? CheckSeverity.Problem : CheckSeverity.Warning, "noise",
                $"The same answers graded twice differ by {noise:P0} of the distance between the best and the worst ({differences.Count(one => one > 1e-9)} of {differences.Length} changed).",
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

    void FaultsOfProbes()
    {
        if (_probe.Faults.Count > 0 && _asked > 0)
        {
            var kinds = _probe.Faults.GroupBy(grade => grade.Fault!.Boundary).Select(kind => $"{kind.Count()} × {kind.Key} ({Short(kind.First().Fault!.Message)})");
            Add(CheckSeverity.Warning, "faults on strange answers", $"The grader fails on answers that a model may well give: {string.Join("; ", kinds.Take(MostNamed))}.",
                "A grader has to give a score to every text, also to none, and to long and broken ones.");
        }
    }

    double?[][] Scores(IReadOnlyList<ProbedPrompt> prompts, Func<ProbedPrompt, IReadOnlyList<string>> answers) =>
        [.. _probe.Ask([.. prompts.Select(prompt => (prompt, answers(prompt)))]).Select(grades => grades.Select(grade => grade.Score).ToArray())];

    static double Mean(double?[][] scores, int form) => scores.Select(one => one[form]).OfType<double>().DefaultIfEmpty(double.NaN).Average();

    static string Short(string text)
    {
        string line = text.ReplaceLineEndings(" ⏎ ");
        return line.Length <= 100 ? line : $"{line[..100]}…";
    }

    void Add(CheckSeverity severity, string kind, string sentence, string advice) => _findings.Add(new(severity, kind, sentence, advice));
}
