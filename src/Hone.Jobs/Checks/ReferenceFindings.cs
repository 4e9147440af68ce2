using Hone.Grading;

namespace Hone.Jobs.Checks;

/// <summary>Tries a reward on right answers, and on wrong ones in the same form.</summary>
/// <param name="seen">Scores of the model's own answers.</param>
/// <param name="noise">Differences up to it are none.</param>
sealed class ReferenceFindings(GraderProbe probe, IReadOnlyList<double> seen, double noise)
{
    const int PromptsForForms = 4, LongestWord = 40;

    readonly List<CheckFinding> _findings = [];

    public IReadOnlyList<CheckFinding> Findings => _findings;

    /// <summary>The form in which the grader reads answers. One that reads only one form shows which on few prompts; all prompts are asked in that.</summary>
    public AnswerForm Find(ProbedPrompt[] prompts)
    {
        var forms = AnswerForm.All;
        ProbedPrompt[] few = [.. prompts.Take(probe.IsCostly ? 1 : PromptsForForms)];
        var tried = probe.Ask([.. few.SelectMany(prompt => forms.Select(form => Pair(prompt, form)))]);
        (double Right, double Wrong) Of(int form)
        {
            var pairs = tried.Where((_, i) => i % forms.Count == form).ToArray();
            return (Mean(pairs, 0), Mean(pairs, 1));
        }

        var form = forms[Enumerable.Range(0, forms.Count).MaxBy(f => Preference(Of(f)) - (1e-9 * f))];
        var grades = probe.Ask([.. prompts.Select(prompt => Pair(prompt, form))]);
        double most = seen.Concat(grades.Select(one => one[0].Score).OfType<double>()).DefaultIfEmpty(0).Max();
        AsWritten(Of(0).Right, Of(forms.Index().First(one => one.Item == form).Index).Right, few, form);
        Separation(Mean(grades, 0), Mean(grades, 1), most, form);
        Shortfalls(prompts, grades, form, most);
        LetterCase(prompts, grades, form);
        NearMisses(prompts, grades, form);
        _findings.AddRange(ComponentFindings.Of(tried.Concat(grades)));
        return form;
    }

    static (ProbedPrompt, IReadOnlyList<string>) Pair(ProbedPrompt prompt, AnswerForm form) => (prompt, [form.Write(prompt.Right!), form.Write(prompt.Wrong)]);

    // The form in which right and wrong differ most, whichever of them scores higher; among equals the one that scores best.
    static double Preference((double Right, double Wrong) form) =>
        double.IsNaN(form.Right) || double.IsNaN(form.Wrong) ? double.NegativeInfinity : Math.Abs(form.Right - form.Wrong) + (1e-6 * form.Right);

    void Separation(double right, double wrong, double most, AnswerForm form)
    {
        if (double.IsNaN(right) || double.IsNaN(wrong))
        {
            return;
        }

        string scores = $"Right answers ({form.Name}) score {right:0.###} on average and wrong ones {wrong:0.###}";
        if (right < wrong - noise)
        {
            Add(CheckSeverity.Problem, "inverted", $"{scores}: the reward prefers wrong answers.", "Look for a sign or a comparison the wrong way round.");
        }
        else if (right - wrong < noise)
        {
            bool same = seen.All(score => Math.Abs(score - right) < 1e-9);
            Add(CheckSeverity.Problem, same ? "constant" : "reference ignored",
                same ? $"Every answer scores {right:0.###}: the right ones, the wrong ones and the model's own." : $"{scores}: the reward does not tell them apart.",
                same ? "A reward that is always the same carries no signal; see what the grader looks for." : "Check that the grader looks at the reference answer and finds the answer in the completion.");
        }
        else if (right - wrong < 0.2 * Math.Max(Math.Abs(most), 1e-9))
        {
            Add(CheckSeverity.Warning, "weak separation", $"{scores}: the difference is small beside the best score, {most:0.###}.", "Let correctness weigh more than the rest of the reward.");
        }

        if (right > wrong + noise && most < 1 - 1e-9 && !probe.ComparesGroups)
        {
            Add(CheckSeverity.Warning, "below 1", $"No answer scores 1: the best score that was seen is {most:0.###}, and right answers get {right:0.###}.",
                "See whether a cap, a weight or a sign keeps the best answer down: passes (pass@1) are counted from 1 on, and parts that are added weigh more than they seem to.");
        }
    }

    // The prompt may ask for another form; a reference that is written in the very form that the grader reads has to be read, too.
    void AsWritten(double asWritten, double best, ProbedPrompt[] prompts, AnswerForm form)
    {
        if (!(best > asWritten + noise))
        {
            return;
        }

        bool isOwnForm = prompts.All(prompt => prompt.Right!.TrimEnd().EndsWith(form.Write(prompt.Right!), StringComparison.Ordinal));
        Add(isOwnForm ? CheckSeverity.Warning : CheckSeverity.Note, "form",
            $"References as they are written score {asWritten:0.###}, {form.Name} {best:0.###}.",
            isOwnForm ? "They end in that very form: see whether the grader looks at the beginning of the answer, or at all of it." : "See that the prompt asks for the form that the grader reads.");
    }

    void Shortfalls(ProbedPrompt[] prompts, Grade[][] grades, AnswerForm form, double most)
    {
        var below = prompts.Zip(grades, (prompt, one) => (prompt.Prompt.Record.Id, one[0].Score))
            .Where(one => one.Score is { } score && score < most - noise).ToArray();
        if (below.Length == 0)
        {
            return;
        }

        string named = string.Join(", ", below.Take(GraderFindings.MostNamed).Select(one => $"{one.Id} ({one.Score:0.###})"));
        Add(2 * below.Length >= prompts.Length ? CheckSeverity.Problem : CheckSeverity.Warning, "reference",
            $"{below.Length} of {prompts.Length} reference answers do not get the best score that was seen ({most:0.###}) when they are given as the answer "
            + $"({form.Name}, of {AnswerForm.All.Count} forms the one that scores best): {named}{(below.Length > GraderFindings.MostNamed ? " …" : "")}.",
            "Mend these references, or a grader that cannot read them: no model can earn what the right answer does not.");
    }

    // Of references that are a word or two: code and formulas mean something else in other letters.
    void LetterCase(ProbedPrompt[] prompts, Grade[][] grades, AnswerForm form)
    {
        var words = prompts.Zip(grades, (prompt, one) => (Prompt: prompt, one[0].Score)).Where(one => one.Score is not null && IsWord(one.Prompt.Right!)).ToArray();
        if (words.Length == 0 || probe.ComparesGroups)
        {
            return;
        }

        var other = probe.Ask(
        [
            .. words.Select(one => (one.Prompt, (IReadOnlyList<string>)[form.Write(one.Prompt.Right!.ToUpperInvariant()), form.Write(one.Prompt.Right!.ToLowerInvariant())])),
        ]);
        int worse = words.Zip(other, (one, cases) => cases.Any(grade => grade.Score < one.Score - noise)).Count(isWorse => isWorse);
        if (2 * worse > words.Length)
        {
            Add(CheckSeverity.Warning, "letter case", $"{worse} of {words.Length} right answers score less in capitals or in small letters than as the reference has them.",
                "Let the grader ignore case (ignoreCase), or say in the prompt how the answer is to be written: else the reward teaches spelling.");
        }
    }

    // A whole number with a digit more, a digit less, or its digits from behind. What earns part of the score for being near is no concern here.
    void NearMisses(ProbedPrompt[] prompts, Grade[][] grades, AnswerForm form)
    {
        var whole = prompts.Zip(grades, (prompt, one) => (Prompt: prompt, one[0].Score, Misses: Misses(form.Write(prompt.Right!))))
            .Where(one => one.Score is not null && one.Misses.Count > 0).ToArray();
        if (whole.Length == 0 || probe.ComparesGroups)
        {
            return;
        }

        var missed = probe.Ask([.. whole.Select(one => (one.Prompt, one.Misses))]);
        var passed = whole.Zip(missed, (one, scores) => one.Misses.Zip(scores).FirstOrDefault(miss => miss.Second.Score >= one.Score - noise).First)
            .OfType<string>().ToArray();
        if (2 * passed.Length > whole.Length && grades.Zip(prompts).Any(one => one.First[1].Score < one.First[0].Score - noise))
        {
            Add(CheckSeverity.Warning, "near miss",
                $"Numbers that are wrong by a digit score as much as right answers on {passed.Length} of {whole.Length} prompts, such as \"{GraderFindings.Short(passed[0])}\".",
                "Compare whole values, not beginnings or digits, and see whether the tolerance is as wide as was meant.");
        }
    }

    static IReadOnlyList<string> Misses(string right)
    {
        string answer = AnswerForm.ShortAnswer(right);
        string digits = new([.. answer.Where(char.IsAsciiDigit)]);
        int at = digits.Length > 0 ? right.LastIndexOf(digits, StringComparison.Ordinal) : -1;
        if (at < 0 || digits.Length > 12)
        {
            return [];
        }

        string behind = new([.. digits.Reverse()]);
        string[] others = [$"{digits}7", .. digits.Length > 1 ? [digits[..^1]] : Array.Empty<string>(), .. behind != digits ? [behind] : Array.Empty<string>()];
        return [.. others.Select(other => $"{right[..at]}{other}{right[(at + digits.Length)..]}")];
    }

    static bool IsWord(string text) => text.Length <= LongestWord && text.Any(char.IsLetter) && text.All(c => char.IsLetter(c) || c is ' ' or '-' or '.' or ',' or '\'');

    static double Mean(Grade[][] grades, int place) => grades.Select(one => one[place].Score).OfType<double>().DefaultIfEmpty(double.NaN).Average();

    void Add(CheckSeverity severity, string kind, string sentence, string advice) => _findings.Add(new(severity, kind, sentence, advice));
}
