namespace Hone.Models;

/// <summary>One prompt and its completions as rows: the prompt's tokens, then each completion's but the last, which nothing follows.</summary>
public sealed record PackedGroup(int[] Prompt, IReadOnlyList<int[]> Completions)
{
    public int Rows => Prompt.Length + Completions.Sum(RowsOf);

    /// <summary>The last token is predicted, never read.</summary>
    public static int RowsOf(int[] completion) => Math.Max(0, completion.Length - 1);

    /// <summary>
    /// For each token of each completion of each group, in order: the batch row that predicts it, and the token. The first token of every
    /// completion is predicted by its prompt's last row.
    /// </summary>
    public static (int[] Rows, int[] Targets) Predictions(IReadOnlyList<PackedGroup> groups)
    {
        List<int> rows = [], targets = [];
        int first = 0;
        foreach (var group in groups)
        {
            group.AddPredictions(first, rows, targets);
            first += group.Rows;
        }

        return ([.. rows], [.. targets]);
    }

    void AddPredictions(int firstRow, List<int> rows, List<int> targets)
    {
        int row = firstRow + Prompt.Length;
        foreach (int[] completion in Completions)
        {
            for (int i = 0; i < completion.Length; i++)
            {
                rows.Add(i == 0 ? firstRow + Prompt.Length - 1 : row + i - 1);
                targets.Add(completion[i]);
            }

            row += RowsOf(completion);
        }
    }
}
