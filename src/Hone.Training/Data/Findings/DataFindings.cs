namespace Hone.Training.Data.Findings;

/// <summary>What is to be known of a job's prompts before they are used.</summary>
/// <param name="Unit">What lengths are counted in: tokens under the job's tokenizer and template, or characters where no model is given.</param>
/// <param name="Sets">The first is trained on.</param>
/// <param name="Leaks">What the set that is trained on has in common with each of the others.</param>
/// <param name="Proposal">Null without a tokenizer or without records.</param>
/// <param name="Notes">What to look into, in sentences.</param>
public sealed record DataFindings(
    string Unit, IReadOnlyList<SetFindings> Sets, IReadOnlyList<LeakFindings> Leaks, LengthProposal? Proposal, IReadOnlyList<string> Notes);

/// <summary>A set of prompts by its name: training, validation, test.</summary>
public sealed record PromptSetToExamine(string Name, IReadOnlyList<PromptRecord> Records);

/// <summary>Where a record stands.</summary>
public sealed record RecordPlace(string? File, int Line, string Id)
{
    public static RecordPlace Of(PromptRecord record) => new(record.File, record.Line, record.Id);

    public override string ToString() => File is null ? $"line {Line}" : $"{Path.GetFileName(File)} line {Line}";
}

/// <summary>What one set holds.</summary>
public sealed record SetFindings
{
    public required string Name { get; init; }
    public required int Records { get; init; }

    /// <summary>Prompts that differ in a turn.</summary>
    public required int DistinctPrompts { get; init; }

    /// <summary>Null where no prompt can be measured.</summary>
    public LengthFindings? Prompts { get; init; }

    /// <summary>Null where no reference is known.</summary>
    public LengthFindings? References { get; init; }

    /// <summary>Records without a known answer; the first of them.</summary>
    public required PlacedCount MissingReferences { get; init; }

    /// <summary>Prompts that are given several times with different known answers; the first records of each.</summary>
    public required PlacedCount Contradictions { get; init; }

    /// <summary>Records whose prompt stands earlier in the set, to the letter.</summary>
    public required PairFindings Duplicates { get; init; }

    /// <summary>Distinct prompts with one before them in the set that has almost the same words.</summary>
    public required PairFindings NearDuplicates { get; init; }

    /// <summary>Records by the number of their turns, fewest first.</summary>
    public required IReadOnlyList<Share> Turns { get; init; }

    /// <summary>Records that have a turn of a role, in the order of roles; those with tools as "tools".</summary>
    public required IReadOnlyList<Share> Roles { get; init; }

    /// <summary>Records by the script of most of their letters, most first.</summary>
    public required IReadOnlyList<Share> Scripts { get; init; }

    /// <summary>Records by language as far as it can be told, most first.</summary>
    public required IReadOnlyList<Share> Languages { get; init; }

    /// <summary>The longest prompts, longest first.</summary>
    public required IReadOnlyList<LongRecord> Longest { get; init; }

    /// <summary>Records that the chat template refuses, with its words on the first.</summary>
    public required PlacedCount Refused { get; init; }
}

/// <summary>How many, and the first places.</summary>
/// <param name="Detail">A sentence on the first.</param>
public sealed record PlacedCount(int Count, IReadOnlyList<RecordPlace> First, string? Detail = null)
{
    public const int MostPlaces = 5;
}

/// <summary>How many records have a counterpart, and the first of them.</summary>
public sealed record PairFindings(int Count, IReadOnlyList<SimilarPair> First);

/// <summary>Two records; the similarity is the share of word triples that they have in common, 1 where all.</summary>
public sealed record SimilarPair(RecordPlace Place, RecordPlace Other, double Similarity);

/// <summary>Prompts of a held-out set that training sees too.</summary>
public sealed record LeakFindings(string Set, string Training, PairFindings Same, PairFindings Near);

public sealed record Share(string Name, int Records);

public sealed record LongRecord(RecordPlace Place, int Length);

/// <param name="MaxPromptLength">Twice the 99th percentile of the training prompts.</param>
/// <param name="InferenceMaxTokens">Three times the 99th percentile of the reference answers. Null: there are none.</param>
public sealed record LengthProposal(int MaxPromptLength, int? InferenceMaxTokens);

/// <summary>Lengths by nearest rank: the p-th percentile is the smallest length that at least p % of all do not exceed.</summary>
public sealed record LengthFindings(int Count, double Mean, int P50, int P90, int P95, int P99, int Max)
{
    /// <returns>Null where there are none.</returns>
    public static LengthFindings? Of(IEnumerable<int> lengths)
    {
        int[] sorted = [.. lengths.Order()];
        if (sorted.Length == 0)
        {
            return null;
        }

        int At(int percent) => sorted[(int)Math.Ceiling(percent / 100.0 * sorted.Length) - 1];
        return new(sorted.Length, sorted.Average(), At(50), At(90), At(95), At(99), sorted[^1]);
    }
}
