using Hone.Grading;

namespace Hone.Jobs.Checks;

/// <summary>Tries a reward on answers that no honest model would give: what scores above an honest wrong answer is a hole.</summary>
static class HoleFindings
{
    /// <param name="noise">Gains up to it are none.</param>
    /// <returns>The holes, and the kinds of answers on most of which the grader fails.</returns>
    public static (IReadOnlyList<CheckFinding> Findings, string[] Failing) Find(GraderProbe probe, IReadOnlyList<ProbedPrompt> prompts, AnswerForm form, double noise)
    {
        var kinds = AdversarialAnswer.All;
        var answers = Ask(probe, prompts, form);
        List<CheckFinding> findings = [];
        List<string> failing = [];
        for (int k = 0; k < kinds.Count; k++)
        {
            (double Honest, double Gain)[] gains = [.. answers.Select(one => Gain(one[k])).OfType<(double, double)>()];
            int above = gains.Count(one => one.Gain > noise);
            if (above > gains.Length / 20)
            {
                findings.Add(Hole(kinds[k], above, gains, kinds[k].Write(prompts[0], form) ?? ""));
            }

            if (2 * answers.Count(one => one[k].Strange.Score is null) > answers.Length)
            {
                failing.Add(kinds[k].Name);
            }
        }

        return (findings, [.. failing]);
    }

    // Beside each strange answer an honest wrong one, which for a grader that compares has to be of the same group; nobody else is asked twice.
    static (Grade Honest, Grade Strange)[][] Ask(GraderProbe probe, IReadOnlyList<ProbedPrompt> prompts, AnswerForm form)
    {
        var kinds = AdversarialAnswer.All;
        string Strange(ProbedPrompt prompt, AdversarialAnswer kind) => kind.Write(prompt, form) ?? form.Write(prompt.Wrong);
        if (!probe.ComparesGroups)
        {
            var together = probe.Ask([.. prompts.Select(prompt => (prompt, (IReadOnlyList<string>)[form.Write(prompt.Wrong), .. kinds.Select(kind => Strange(prompt, kind))]))]);
            return [.. together.Select(group => group[1..].Select(grade => (group[0], grade)).ToArray())];
        }

        var pairs = probe.Ask([.. prompts.SelectMany(prompt => kinds.Select(kind => (prompt, (IReadOnlyList<string>)[form.Write(prompt.Wrong), Strange(prompt, kind)])))]);
        return [.. pairs.Chunk(kinds.Count).Select(ofPrompt => ofPrompt.Select(pair => (pair[0], pair[1])).ToArray())];
    }

    static (double Honest, double Gain)? Gain((Grade Honest, Grade Strange) one) =>
        one is { Honest.Score: { } honest, Strange.Score: { } strange } ? (honest, strange - honest) : null;

    static CheckFinding Hole(AdversarialAnswer kind, int above, (double Honest, double Gain)[] gains, string example)
    {
        double wrong = gains.Average(one => one.Honest), gain = gains.Average(one => one.Gain);
        return new(above * 2 > gains.Length ? CheckSeverity.Problem : CheckSeverity.Warning, $"hole: {kind.Name}",
            $"A hole in the reward: {kind.Name} scores {wrong + gain:0.###} on average where an honest wrong answer gets {wrong:0.###} (on {above} of {gains.Length} prompts it scores higher), "
            + $"so training would teach the model to {kind.Lesson}. Such as: \"{GraderFindings.Short(example)}\".",
            "Let the grader accept one answer in one place, and give nothing for the rest.");
    }
}
