using Hone.Tensors;

namespace Hone.Models;

/// <summary>The rows that travel through the decoder together: tokens, their positions, and who sees whom.</summary>
public sealed class RowBatch
{
    public required int[] Tokens { get; init; }
    public required int[] Positions { get; init; }
    public required AttentionPlan Plan { get; init; }

    /// <summary>First row of each group, and one past the last. Empty while sampling.</summary>
    public int[] GroupStarts { get; init; } = [];

    public int Rows => Tokens.Length;

    /// <summary>Whole groups for training: each prompt once, its completions behind it, no padding.</summary>
    public static RowBatch Pack(IReadOnlyList<PackedGroup> groups)
    {
        int rows = groups.Sum(group => group.Rows);
        var (tokens, positions, starts) = (new int[rows], new int[rows], new int[groups.Count + 1]);
        var plan = new AttentionPlan();
        int row = 0;
        for (int g = 0; g < groups.Count; g++)
        {
            plan.AddGroup(row, groups[g].Prompt.Length, [.. groups[g].Completions.Select(PackedGroup.RowsOf)]);
            row = Fill(groups[g], tokens, positions, row);
            starts[g + 1] = row;
        }

        return new RowBatch { Tokens = tokens, Positions = positions, Plan = plan, GroupStarts = starts };
    }

    static int Fill(PackedGroup group, int[] tokens, int[] positions, int row)
    {
        row = Fill(group.Prompt, 0, tokens, positions, row);
        foreach (int[] completion in group.Completions)
        {
            row = Fill(completion.AsSpan(0, PackedGroup.RowsOf(completion)), group.Prompt.Length, tokens, positions, row);
        }

        return row;
    }

    static int Fill(ReadOnlySpan<int> sequence, int firstPosition, int[] tokens, int[] positions, int row)
    {
        for (int i = 0; i < sequence.Length; i++, row++)
        {
            tokens[row] = sequence[i];
            positions[row] = firstPosition + i;
        }

        return row;
    }
}
