namespace Hone.Training.Data.Findings;

/// <summary>What to look into, in sentences.</summary>
public static class DataNotes
{
    /// <summary>How many prompts Bedrock takes and advises.</summary>
    const int Least = 100, Most = 20_000;

    const double ManyDuplicates = 0.01;

    // References that are so short are bare results, and a model that works needs more room than they say.
    const int BareAnswer = 16;

    /// <summary>Says when a set to train on is smaller or larger than advised; null otherwise.</summary>
    public static string? Size(string name, int records) =>
        records == 0 || records is >= Least and <= Most ? null
        : $"{name} has {records:N0} {(records == 1 ? "record" : "records")}; {Least:N0} to {Most:N0} are advised: "
            + (records < Least ? "with fewer a run learns these prompts rather than the task." : "with more an epoch takes long before the first is seen again.");

    internal static IReadOnlyList<string> Of(IReadOnlyList<SetFindings> sets, IReadOnlyList<LeakFindings> leaks, LengthProposal? proposal) =>
    [
        .. sets.Take(1).Select(set => Size(set.Name, set.Records)).OfType<string>(),
        .. sets.SelectMany(OfSet),
        .. leaks.SelectMany(OfLeak),
        .. proposal?.InferenceMaxTokens is { } tokens && tokens <= 3 * BareAnswer
            ? [$"reference answers are bare results ({tokens / 3} tokens at most in 99 of 100): inferenceMaxTokens {tokens} leaves no room to work; give several hundred where the model is to reason."]
            : (IEnumerable<string>)[],
    ];

    static IEnumerable<string> OfSet(SetFindings set)
    {
        if (set.Refused.Count > 0)
        {
            yield return $"{set.Name}: the chat template refuses {Prompts(set.Refused.Count)} ({Places(set.Refused.First, set.Refused.Count)}): {set.Refused.Detail}";
        }

        if (set.MissingReferences.Count > 0 && set.MissingReferences.Count < set.Records)
        {
            yield return $"{set.Name}: {set.MissingReferences.Count:N0} of {set.Records:N0} records have no reference answer "
                + $"({Places(set.MissingReferences.First, set.MissingReferences.Count)}); a grader that compares with it cannot score them.";
        }

        if (set.Contradictions.Count > 0)
        {
            yield return $"{set.Name}: {Prompts(set.Contradictions.Count)} given several times with different reference answers "
                + $"({Places(set.Contradictions.First, set.Contradictions.Count)}); keep one of each.";
        }

        if (set.Duplicates.Count + set.NearDuplicates.Count > ManyDuplicates * set.Records)
        {
            yield return $"{set.Name}: {set.Duplicates.Count:N0} records repeat an earlier prompt and {set.NearDuplicates.Count:N0} nearly do; "
                + "they are practised that much more often than the others.";
        }
    }

    static IEnumerable<string> OfLeak(LeakFindings leak)
    {
        if (leak.Same.Count + leak.Near.Count > 0)
        {
            var first = leak.Same.First.Concat(leak.Near.First).First();
            yield return $"{leak.Set}: {leak.Same.Count:N0} of its prompts stand in {leak.Training} too, {leak.Near.Count:N0} almost "
                + $"({first.Place} is {first.Other} of {leak.Training}); what is measured on them was practised. Take them out of one side.";
        }
    }

    static string Prompts(int count) => count == 1 ? "1 prompt" : $"{count:N0} prompts";

    static string Places(IReadOnlyList<RecordPlace> first, int count) =>
        string.Join(", ", first) + (count > first.Count ? ", …" : "");
}
