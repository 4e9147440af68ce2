using System.Collections.Concurrent;
using Hone.Text;

namespace Hone.Training.Data.Findings;

/// <summary>Looks at prompts before they are used. Its time grows with their number, not with its square.</summary>
public static class DataExamination
{
    const int MostLong = 5;

    /// <param name="sets">The first is trained on; the others are held out.</param>
    /// <param name="measure">Null: lengths are counted in characters.</param>
    public static DataFindings Of(IReadOnlyList<PromptSetToExamine> sets, PromptMeasure? measure)
    {
        var comparison = new PromptComparison(sets);
        SetFindings[] found = [.. sets.Select((set, i) => Examine(set, i, measure, comparison))];
        LeakFindings[] leaks = [.. Enumerable.Range(1, Math.Max(0, sets.Count - 1)).Select(comparison.Leaks)];
        var proposal = measure is null || found is not [{ Prompts: { } prompts } training, ..] ? null
            : new LengthProposal(2 * prompts.P99, training.References is { } references ? 3 * references.P99 : null);
        return new(measure is null ? "characters" : "tokens", found, leaks, proposal, DataNotes.Of(found, leaks, proposal));
    }

    static SetFindings Examine(PromptSetToExamine set, int index, PromptMeasure? measure, PromptComparison comparison)
    {
        var records = set.Records;
        var (lengths, refused, refusal) = Measure(records, measure);
        var languages = records.AsParallel().AsOrdered().Select(Language.Of).ToArray();
        return new SetFindings
        {
            Name = set.Name,
            Records = records.Count,
            DistinctPrompts = records.Count - comparison.Same(index).Count,
            Prompts = LengthFindings.Of(lengths.Where(length => length >= 0)),
            References = LengthFindings.Of(records.Where(record => record.Reference is not null)
                .Select(record => measure?.Answer(record.Reference!) ?? record.Reference!.Length)),
            MissingReferences = Count(records.Where(record => record.Reference is null)),
            Contradictions = comparison.Contradictions(index),
            Duplicates = comparison.Same(index),
            NearDuplicates = comparison.Near(index),
            Turns = [.. records.GroupBy(record => record.Messages.Count).OrderBy(group => group.Key).Select(group => new Share($"{group.Key}", group.Count()))],
            Roles = [.. Roles(records)],
            Scripts = Shares(languages.Select(language => language.Script)),
            Languages = Shares(languages.Select(language => language.Name)),
            Longest =
            [
                .. lengths.Select((length, i) => new LongRecord(RecordPlace.Of(records[i]), length)).Where(record => record.Length >= 0)
                    .OrderByDescending(record => record.Length).Take(MostLong),
            ],
            Refused = Count(refused, refusal),
        };
    }

    // −1: the template refuses it.
    static (int[] Lengths, IEnumerable<PromptRecord> Refused, string? Refusal) Measure(IReadOnlyList<PromptRecord> records, PromptMeasure? measure)
    {
        int[] lengths = new int[records.Count];
        ConcurrentDictionary<int, string> refusals = new();
        Parallel.For(0, records.Count, i =>
        {
            try
            {
                lengths[i] = measure?.Prompt(records[i]) ?? records[i].Messages.Sum(turn => turn.Content.Length);
            }
            catch (ChatTemplateException refusal)
            {
                lengths[i] = -1;
                refusals[i] = refusal.Message;
            }
        });
        return (lengths, refusals.Keys.Order().Select(i => records[i]), refusals.IsEmpty ? null : refusals[refusals.Keys.Min()]);
    }

    static PlacedCount Count(IEnumerable<PromptRecord> records, string? detail = null)
    {
        PromptRecord[] all = [.. records];
        return new(all.Length, [.. all.Take(PlacedCount.MostPlaces).Select(RecordPlace.Of)], detail);
    }

    static IEnumerable<Share> Roles(IReadOnlyList<PromptRecord> records)
    {
        foreach (string role in ChatTurn.Roles)
        {
            int count = records.Count(record => record.Messages.Any(turn => turn.Role == role));
            if (count > 0)
            {
                yield return new(role, count);
            }
        }

        int tools = records.Count(record => record.Inputs.Tools is not null);
        if (tools > 0)
        {
            yield return new("tools", tools);
        }
    }

    static Share[] Shares(IEnumerable<string> names) =>
        [.. names.GroupBy(name => name).Select(group => new Share(group.Key, group.Count())).OrderByDescending(share => share.Records).ThenBy(share => share.Name, StringComparer.Ordinal)];
}
