using Hone.Grading.Judges.Chat;

namespace Hone.Grading.Judges;

/// <summary>A language model grades by a rubric. For what no rule can decide; put cheap rules before it (<c>format</c>, weighted or as a gate).</summary>
/// <remarks>
/// <para>pointwise: Σ weight · value of the choice / Σ weight, in [0, 1]. pairwise: the share of wins against others of the group, each pair asked
/// in both orders, disagreement counted as a tie. ranking: points of 0 to 10 in one shuffled question, divided by 10.</para>
/// <para>Completions are fenced as data. An answer that cannot be read is asked for once more, then it is a fault of the boundary "parse". Metrics:
/// each criterion, <c>cached</c>, <c>inputTokens</c>, <c>outputTokens</c>, <c>cost</c>, and <c>spread</c> where there are several votes.</para>
/// </remarks>
public sealed class JudgeGrader : IGrader
{
    readonly JudgeSettings _settings;
    readonly ChatSource _source;
    readonly Lazy<ChatDesk> _desk;

    internal JudgeGrader(JudgeSettings settings, ChatSource source)
    {
        (_settings, _source) = (settings, source);
        _desk = new(() => source.Open());
    }

    internal static JudgeGrader? Read(GraderForm form)
    {
        var source = ChatSource.Read(form);
        return JudgeSettings.Read(form) is { } settings ? new(settings, source) : null;
    }

    public bool NeedsWholeGroups => _settings.Mode != JudgeMode.Pointwise;

    public IEnumerable<string> Notes => _source.Notes;

    public TimeSpan Patience(int items) => _source.BatchDeadline;

    public IEnumerable<JudgeDemand> JudgeDemands(int completions) => [_source.Demand(_settings.Votes * Questions(completions), _desk)];

    public async Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        using var round = new JudgeRound(_desk.Value, _source, stop);
        if (_settings.Mode == JudgeMode.Pointwise)
        {
            return await Task.WhenAll(items.Select(item => Pointwise.Grade(round, _settings, item))).ConfigureAwait(false);
        }

        // Nothing depends on the order in which items came.
        var groups = items.GroupBy(item => item.Group ?? item.Id, StringComparer.Ordinal)
            .Select(group => group.OrderBy(item => item.Id, StringComparer.Ordinal).ToArray());
        var grades = await Task.WhenAll(groups.Select(group => _settings.Mode == JudgeMode.Pairwise
            ? Pairwise.Grade(round, _settings, group)
            : Ranking.Grade(round, _settings, group))).ConfigureAwait(false);
        return [.. grades.SelectMany(group => group)];
    }

    int Questions(int completions) => _settings.Mode switch
    {
        JudgeMode.Pointwise => completions,
        JudgeMode.Pairwise => 2 * Math.Max(1, Pairwise.Pairs(completions, _settings.Opponents).Count()),
        _ => (completions + _settings.PerCall - 1) / _settings.PerCall,
    };

    public async ValueTask DisposeAsync()
    {
        if (_desk.IsValueCreated)
        {
            await _desk.Value.DisposeAsync().ConfigureAwait(false);
        }
    }
}
