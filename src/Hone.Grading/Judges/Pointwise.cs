namespace Hone.Grading.Judges;

/// <summary>score = Σ weight · value / Σ weight over the criteria of a rubric, each decided for one completion by itself.</summary>
static class Pointwise
{
    public static async Task<Grade> Grade(JudgeRound round, JudgeSettings settings, GradingItem item)
    {
        var criteria = settings.Rubric.Criteria;
        var form = new AnswerForm([.. criteria.Select(criterion => new AnswerField(criterion.Name, criterion.Choices))], settings.Reasons);
        var judgement = await round.Ask(JudgePrompts.Pointwise(settings, form, item), form, settings.Chat, settings.Votes).ConfigureAwait(false);
        var effort = judgement.Effort.Metrics(1, round.IsPriced);
        if (judgement.Verdicts is not { } verdicts)
        {
            return item.Failed(judgement.Fault!.Boundary, judgement.Fault.Message, [.. effort]);
        }

        double score = criteria.Zip(verdicts, (criterion, verdict) => criterion.Weight * verdict.Value).Sum() / criteria.Sum(criterion => criterion.Weight);
        return item.Scored(score, string.Join(' ', verdicts.Select(Sentence)),
        [
            .. verdicts.Select(verdict => new Metric(verdict.Key, verdict.Value, MetricType.Reward)),
            .. settings.Votes > 1 ? [new Metric("spread", verdicts.Average(verdict => verdict.Spread), MetricType.Metric)] : Array.Empty<Metric>(),
            .. effort,
        ]);
    }

    static string Sentence(Verdict verdict) =>
        verdict.Reason.Length == 0 ? $"{verdict.Key}: {verdict.Choice}." : $"{verdict.Key}: {verdict.Choice} ({verdict.Reason.Trim()}).";
}
