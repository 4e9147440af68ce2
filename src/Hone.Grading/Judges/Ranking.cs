using System.Security.Cryptography;
using System.Text;

namespace Hone.Grading.Judges;

/// <summary>score = points / 10, all completions of a group in one question, as few questions as hold <see cref="JudgeSettings.PerCall"/> each.</summary>
/// <remarks>Their order is shuffled by a hash of the ids, never by time. Completions that say the same share one place and one grade.</remarks>
static class Ranking
{
    const int MostPoints = 10;

    static readonly string[] _points = [.. Enumerable.Range(0, MostPoints + 1).Select(points => points.ToString())];

    public static async Task<IReadOnlyList<Grade>> Grade(JudgeRound round, JudgeSettings settings, IReadOnlyList<GradingItem> group)
    {
        var places = Shuffled(group, item => VisibleAnswer.Of(item.Completion, settings.ShowReasoning, settings.LongestAnswer));
        int calls = (places.Count + settings.PerCall - 1) / settings.PerCall;
        var parts = Enumerable.Range(0, calls).Select(call => places.Skip(call * places.Count / calls).Take(((call + 1) * places.Count / calls) - (call * places.Count / calls)));
        var grades = await Task.WhenAll(parts.Select(part => Together(round, settings, [.. part]))).ConfigureAwait(false);
        return [.. grades.SelectMany(part => part)];
    }

    /// <summary>Items that show the same text, one behind another in a shuffled order of the texts.</summary>
    internal static IReadOnlyList<GradingItem[]> Shuffled(IReadOnlyList<GradingItem> group, Func<GradingItem, string> text)
    {
        string key = string.Join('\n', group.Select(item => item.Id));
        return
        [
            .. group.GroupBy(text, StringComparer.Ordinal).Select(same => same.ToArray())
                .OrderBy(same => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n\n{same[0].Id}"))), StringComparer.Ordinal),
        ];
    }

    static async Task<IEnumerable<Grade>> Together(JudgeRound round, JudgeSettings settings, IReadOnlyList<GradingItem[]> places)
    {
        var form = new AnswerForm([.. places.Select((_, i) => new AnswerField(JudgePrompts.Label(i), _points))], settings.Reasons);
        var messages = JudgePrompts.Ranking(settings, form, [.. places.Select(same => same[0])]);
        var judgement = await round.Ask(messages, form, settings.Chat, settings.Votes).ConfigureAwait(false);
        Metric[] effort = [.. judgement.Effort.Metrics(places.Sum(same => same.Length), round.IsPriced)];
        return places.SelectMany((same, i) => same.Select(item => judgement.Verdicts is { } verdicts
            ? item.Scored(verdicts[i].Value, Sentence(verdicts[i], places.Count), effort)
            : item.Failed(judgement.Fault!.Boundary, judgement.Fault.Message, effort)));
    }

    static string Sentence(Verdict verdict, int places) =>
        $"{verdict.Value * MostPoints:0.##} of {MostPoints} points, as answer {verdict.Key} of {places}. {verdict.Reason.Trim()}".TrimEnd();
}
