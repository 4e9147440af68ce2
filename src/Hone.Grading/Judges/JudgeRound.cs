using Hone.Grading.Judges.Chat;

namespace Hone.Grading.Judges;

/// <summary>The verdict of all votes on one key: the mean of their values, their spread (standard deviation), and the first one's words.</summary>
readonly record struct Verdict(string Key, double Value, double Spread, string? Choice, string Reason);

/// <summary>What came of a question after all its votes: verdicts or a fault, and what it took.</summary>
sealed record Judgement(IReadOnlyList<Verdict>? Verdicts, Fault? Fault, Effort Effort);

/// <summary>What questions took. Stored: those that needed no call.</summary>
readonly record struct Effort(int Questions, int Stored, double InputTokens, double OutputTokens, double Cost)
{
    public static Effort operator +(Effort a, Effort b) => new(
        a.Questions + b.Questions, a.Stored + b.Stored, a.InputTokens + b.InputTokens, a.OutputTokens + b.OutputTokens, a.Cost + b.Cost);

    /// <summary>As a metric of each of the items that share it, so that sums over items are what was spent.</summary>
    /// <param name="items">How many share it.</param>
    /// <param name="priced">A price was given.</param>
    public IEnumerable<Metric> Metrics(int items, bool priced)
    {
        if (Questions == 0)
        {
            yield break;
        }

        yield return new("cached", (double)Stored / Questions, MetricType.Metric);
        yield return new("inputTokens", InputTokens / items, MetricType.Metric);
        yield return new("outputTokens", OutputTokens / items, MetricType.Metric);
        if (priced)
        {
            yield return new("cost", Cost / items, MetricType.Metric);
        }
    }
}

/// <summary>The questions of one batch, under one deadline.</summary>
sealed class JudgeRound : IDisposable
{
    readonly ChatDesk _desk;
    readonly ChatSource _source;
    readonly CancellationToken _stop;
    readonly CancellationTokenSource _deadline;

    public JudgeRound(ChatDesk desk, ChatSource source, CancellationToken stop)
    {
        (_desk, _source, _stop) = (desk, source, stop);
        _deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _deadline.CancelAfter(source.BatchDeadline);
    }

    public bool IsPriced => _source.Desk.Price is not null;

    /// <summary>Asks every vote. More than half of them have to be readable.</summary>
    public async Task<Judgement> Ask(IReadOnlyList<GradingMessage> messages, AnswerForm form, ChatSettings settings, int votes)
    {
        var asked = Enumerable.Range(0, votes).Select(vote => AskOne(new(messages, form, settings, vote)));
        var answers = await Task.WhenAll(asked).ConfigureAwait(false);
        var effort = answers.Aggregate(default(Effort), (sum, one) =>
            sum + new Effort(1, one.FromStore ? 1 : 0, one.InputTokens, one.OutputTokens, one.Cost));
        var read = answers.Select(answer => answer.Text).OfType<string>()
            .Select(text => AnswerReader.Read(form, text).Verdicts).OfType<IReadOnlyList<KeyVerdict>>().ToArray();
        return 2 * read.Length > votes
            ? new([.. form.Fields.Select((field, i) => Mean(field.Key, [.. read.Select(verdicts => verdicts[i])]))], null, effort)
            : new(null, answers.First(answer => answer.Fault is not null).Fault, effort);
    }

    public void Dispose() => _deadline.Dispose();

    async Task<DeskAnswer> AskOne(ChatCall call)
    {
        try
        {
            return await _desk.Ask(call, _deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            string last = _desk.LastFailure is { } failure ? $" Its last failure: {failure}" : "";
            string message = $"the judge had not answered when the batch's {_source.BatchDeadline.TotalSeconds:0.###} s were over.{last}";
            return new(null, new Fault("deadline", message), false, 0, 0, 0);
        }
    }

    static Verdict Mean(string key, KeyVerdict[] votes)
    {
        double mean = votes.Sum(vote => vote.Value) / votes.Length;
        double variance = votes.Sum(vote => (vote.Value - mean) * (vote.Value - mean)) / votes.Length;
        return new(key, mean, Math.Sqrt(variance), votes[0].Choice, votes[0].Reason);
    }
}
