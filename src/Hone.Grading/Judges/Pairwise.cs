namespace Hone.Grading.Judges;

/// <summary>score = mean over the others that a completion is compared with: 1 won, 0.5 tie, 0 lost.</summary>
/// <remarks>
/// <para>Each pair is asked in both orders; where they disagree, the pair is a tie. Completions that say the same tie without a question. A pair
/// without an answer is left out; a completion with less than half of its pairs is a fault.</para>
/// <para>With fewer opponents than others, completions stand in a ring in the shuffled order of their ids and meet their nearest neighbours on both
/// sides. One that is alone is compared with the reference answer.</para>
/// </remarks>
static class Pairwise
{
    static readonly AnswerField _better = new("better", ["second", "tie", "first"]);

    public static async Task<IReadOnlyList<Grade>> Grade(JudgeRound round, JudgeSettings settings, IReadOnlyList<GradingItem> group)
    {
        if (group.Count == 1)
        {
            return [await AgainstReference(round, settings, group[0]).ConfigureAwait(false)];
        }

        var ring = Ranking.Shuffled(group, item => item.Id).Select(one => one[0]).ToArray();
        var pairs = Pairs(ring.Length, settings.Opponents).ToArray();
        var results = await Task.WhenAll(pairs.Select(pair => Compare(round, settings, ring[pair.A], ring[pair.B]))).ConfigureAwait(false);
        var records = ring.Select(_ => new Record()).ToArray();
        for (int p = 0; p < pairs.Length; p++)
        {
            records[pairs[p].A].Add(results[p], results[p].First);
            records[pairs[p].B].Add(results[p], 1 - results[p].First);
        }

        return [.. ring.Zip(records, (item, record) => record.Grade(item, sharedBy: 2, round.IsPriced))];
    }

    /// <summary>Each pair once: all, or neighbours in a ring up to half the opponents on either side.</summary>
    internal static IEnumerable<(int A, int B)> Pairs(int count, int? opponents)
    {
        int most = Math.Min(opponents ?? count, count - 1);
        for (int step = 1; 2 * step <= count; step++)
        {
            // Half a ring away is one place, not two.
            bool opposite = 2 * step == count;
            bool meets = most == count - 1 || (opposite ? most % 2 == 1 : 2 * step <= most);
            for (int a = 0; meets && a < (opposite ? step : count); a++)
            {
                yield return (a, (a + step) % count);
            }
        }
    }

    static async Task<Grade> AgainstReference(JudgeRound round, JudgeSettings settings, GradingItem item)
    {
        if (item.Reference is not { } reference)
        {
            return item.Failed("reference", "a pairwise judge compares with other completions of the prompt or with reference_answer, and there is neither.");
        }

        var record = new Record();
        var result = await Compare(round, settings with { ShowReference = false }, item, item with { Completion = reference, Truncated = false }).ConfigureAwait(false);
        record.Add(result, result.First);
        return record.Grade(item, sharedBy: 1, round.IsPriced);
    }

    // What the pair is worth to the first; null where the judge did not say.
    static async Task<Result> Compare(JudgeRound round, JudgeSettings settings, GradingItem first, GradingItem second)
    {
        string Shown(GradingItem item) => VisibleAnswer.Of(item.Completion, settings.ShowReasoning, settings.LongestAnswer);
        if (Shown(first) == Shown(second))
        {
            return new(0.5, null, default, "the same words");
        }

        var form = new AnswerForm([_better], settings.Reasons);
        var asked = await Task.WhenAll(
            round.Ask(JudgePrompts.Pairwise(settings, form, first, second), form, settings.Chat, settings.Votes),
            round.Ask(JudgePrompts.Pairwise(settings, form, second, first), form, settings.Chat, settings.Votes)).ConfigureAwait(false);
        var effort = asked[0].Effort + asked[1].Effort;
        if (asked.FirstOrDefault(one => one.Fault is not null) is { } failed)
        {
            return new(null, failed.Fault, effort, "");
        }

        var (forward, backward) = (asked[0].Verdicts![0], asked[1].Verdicts![0]);
        double value = forward.Value > 0.5 && backward.Value < 0.5 ? 1 : forward.Value < 0.5 && backward.Value > 0.5 ? 0 : 0.5;
        return new(value, null, effort, forward.Reason);
    }

    sealed record Result(double? First, Fault? Fault, Effort Effort, string Reason);

    // One completion's comparisons.
    sealed class Record
    {
        readonly List<double> _values = [];
        Effort _effort;
        Fault? _fault;
        int _pairs;
        string _reason = "";

        public void Add(Result result, double? value)
        {
            _pairs++;
            _effort += result.Effort;
            _fault ??= result.Fault;
            _reason = _reason.Length == 0 ? result.Reason : _reason;
            if (value is { } known)
            {
                _values.Add(known);
            }
        }

        /// <param name="sharedBy">How many carry what a comparison took.</param>
        public Grade Grade(GradingItem item, int sharedBy, bool priced)
        {
            Metric[] effort = [.. _effort.Metrics(sharedBy, priced)];
            if (_values.Count == 0 || 2 * _values.Count < _pairs)
            {
                return item.Failed(_fault!.Boundary, _fault.Message, effort);
            }

            int won = _values.Count(value => value > 0.5), tied = _values.Count(value => value == 0.5);
            string reason = $"Of {_values.Count} comparisons {won} won, {tied} tied. {_reason.Trim()}".TrimEnd();
            return item.Scored(_values.Average(), reason, [.. effort, new("ties", (double)tied / _values.Count, MetricType.Metric)]);
        }
    }
}
