namespace Hone.Training.Data;

/// <summary>The records to train on and those held out, each in the order of the file.</summary>
public sealed record DataSplit<T>(IReadOnlyList<T> Train, IReadOnlyList<T> Validation);

/// <summary>Splits records so that no prompt is on both sides.</summary>
public static class DataSplit
{
    /// <summary>Holds out the share of the distinct prompts whose hashes are smallest.</summary>
    /// <remarks>Equal prompts fall on the same side. The side depends on the prompts and the seed, not on their order, ids or
    /// answers. A share above 0 leaves at least one prompt on each side, where there are two.</remarks>
    public static DataSplit<PromptRecord> ByHash(IReadOnlyList<PromptRecord> records, double validationShare, ulong seed) =>
        ByHash(records, record => record.Messages, validationShare, seed);

    /// <summary>As for prompts; the prompt is every turn before the last.</summary>
    public static DataSplit<SupervisedRecord> ByHash(
        IReadOnlyList<SupervisedRecord> records, double validationShare, ulong seed) =>
        ByHash(records, record => record.Messages.SkipLast(1), validationShare, seed);

    static DataSplit<T> ByHash<T>(
        IReadOnlyList<T> records, Func<T, IEnumerable<ChatTurn>> promptOf, double validationShare, ulong seed)
    {
        if (!(validationShare is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(validationShare), validationShare, "The share that is held out needs to be 0 or more and below 1.");
        }

        string[] prompts = [.. records.Select(record => TextOf(promptOf(record)))];
        var heldOut = HeldOut(prompts, validationShare, seed);
        var sides = records.Zip(prompts).ToLookup(pair => heldOut.Contains(pair.Second), pair => pair.First);
        return new([.. sides[false]], [.. sides[true]]);
    }

    static HashSet<string> HeldOut(string[] prompts, double share, ulong seed)
    {
        string[] ranked =
        [
            .. prompts.Distinct().OrderBy(prompt => Hash(prompt, seed)).ThenBy(prompt => prompt, StringComparer.Ordinal),
        ];
        int count = (int)Math.Round(share * ranked.Length, MidpointRounding.AwayFromZero);
        return share == 0 || ranked.Length < 2 ? [] : [.. ranked.Take(Math.Clamp(count, 1, ranked.Length - 1))];
    }

    // The lengths keep "ab" + "c" apart from "a" + "bc".
    internal static string TextOf(IEnumerable<ChatTurn> turns) =>
        string.Concat(turns.Select(turn => $"{turn.Role}:{turn.Content.Length}:{turn.Content}{turn.Written?.GetRawText()}\n"));

    // FNV-1a with the seed in its start, then a finish that lets every bit depend on all.
    static ulong Hash(string text, ulong seed)
    {
        ulong hash = 0xCBF29CE484222325 ^ (seed * 0x9E3779B97F4A7C15);
        foreach (char c in text)
        {
            hash = (hash ^ c) * 0x100000001B3;
        }

        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        return hash ^ (hash >> 33);
    }
}
