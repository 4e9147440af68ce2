namespace Hone.Training.Data.Findings;

/// <summary>Finds equal and almost equal prompts within sets and between the first set and the others.</summary>
sealed class PromptComparison
{
    readonly IReadOnlyList<PromptSetToExamine> _sets;
    readonly string[][] _keys;
    readonly Dictionary<string, int>[] _firsts; // of each set: where a prompt stands first
    readonly NearDuplicates _near;

    // Distinct prompts of all sets, one set after another, as (set, index); training goes first.
    readonly List<(int Set, int Index)> _distinct = [];

    public PromptComparison(IReadOnlyList<PromptSetToExamine> sets)
    {
        _sets = sets;
        _keys = [.. sets.Select(set => set.Records.Select(record => DataSplit.TextOf(record.Messages)).ToArray())];
        _firsts = [.. _keys.Select(Firsts)];
        for (int set = 0; set < sets.Count; set++)
        {
            _distinct.AddRange(_firsts[set].Values.Order().Select(index => (set, index)));
        }

        _near = new(
            [.. _distinct.Select(at => Said(sets[at.Set].Records[at.Index]))],
            [.. _distinct.Select(at => at.Set)]);
    }

    public PairFindings Same(int set) => Pairs(
        from index in Enumerable.Range(0, _keys[set].Length)
        let first = _firsts[set][_keys[set][index]]
        where first != index
        select Pair(set, index, set, first, 1));

    public PairFindings Near(int set) => Pairs(
        from i in Enumerable.Range(0, _distinct.Count)
        where _distinct[i].Set == set && _near.Within[i] is not null
        let match = _near.Within[i]!.Value
        select Pair(set, _distinct[i].Index, set, _distinct[match.Other].Index, match.Similarity));

    public LeakFindings Leaks(int set) => new(
        _sets[set].Name,
        _sets[0].Name,
        Pairs(from index in Enumerable.Range(0, _keys[set].Length)
              where _firsts[0].ContainsKey(_keys[set][index])
              select Pair(set, index, 0, _firsts[0][_keys[set][index]], 1)),
        Pairs(from i in Enumerable.Range(0, _distinct.Count)
              where _distinct[i].Set == set && _near.InFirst[i] is not null && !_firsts[0].ContainsKey(_keys[set][_distinct[i].Index])
              let match = _near.InFirst[i]!.Value
              select Pair(set, _distinct[i].Index, 0, _distinct[match.Other].Index, match.Similarity)));

    public PlacedCount Contradictions(int set)
    {
        var records = _sets[set].Records;
        var groups = Enumerable.Range(0, records.Count).GroupBy(index => _keys[set][index])
            .Where(group => group.Select(index => records[index].Reference).Where(reference => reference is not null).Distinct().Count() > 1)
            .Select(group => group.First()).ToArray();
        return new(groups.Length, [.. groups.Take(PlacedCount.MostPlaces).Select(index => RecordPlace.Of(records[index]))]);
    }

    static Dictionary<string, int> Firsts(string[] keys)
    {
        Dictionary<string, int> firsts = new(StringComparer.Ordinal);
        for (int i = 0; i < keys.Length; i++)
        {
            firsts.TryAdd(keys[i], i);
        }

        return firsts;
    }

    // A system turn is often the same everywhere and would make all prompts alike.
    static string Said(PromptRecord record) =>
        string.Join('\n', record.Messages.Where(turn => turn.Role is not ("system" or "developer")).Select(turn => turn.Content));

    SimilarPair Pair(int set, int index, int otherSet, int other, double similarity) =>
        new(RecordPlace.Of(_sets[set].Records[index]), RecordPlace.Of(_sets[otherSet].Records[other]), similarity);

    static PairFindings Pairs(IEnumerable<SimilarPair> pairs)
    {
        SimilarPair[] all = [.. pairs];
        return new(all.Length, [.. all.Take(PlacedCount.MostPlaces)]);
    }
}
