namespace Hone.Tensors;

/// <summary>
/// A batch sorted by expert. A slot is one row at one of its k experts; slots lie expert after expert, within an expert by row. A row is at an
/// expert once at most, so that no expert has more slots than the batch has rows.
/// </summary>
public sealed class ExpertRows
{
    readonly int[] _starts;
    readonly int[] _rows;
    readonly int[] _choices;
    readonly int[] _experts;

    /// <param name="experts">[T, k]: the experts of each row, all different within a row.</param>
    /// <param name="perRow">k.</param>
    /// <param name="count">E.</param>
    public ExpertRows(int[] experts, int perRow, int count)
    {
        PerRow = perRow;
        _experts = experts;
        Batch = experts.Length / perRow;
        Require.Equal(experts.Length, (long)Batch * perRow);
        _starts = new int[count + 1];
        foreach (int expert in experts)
        {
            _starts[expert + 1]++;
        }

        for (int e = 0; e < count; e++)
        {
            _starts[e + 1] += _starts[e];
        }

        (_rows, _choices) = (new int[experts.Length], new int[experts.Length]);
        int[] next = _starts[..^1];
        for (int choice = 0; choice < experts.Length; choice++)
        {
            int slot = next[experts[choice]]++;
            (_rows[slot], _choices[slot]) = (choice / perRow, choice);
        }
    }

    /// <summary>T.</summary>
    public int Batch { get; }

    /// <summary>k.</summary>
    public int PerRow { get; }

    /// <summary>T · k.</summary>
    public int Slots => _rows.Length;

    /// <summary>E.</summary>
    public int Experts => _starts.Length - 1;

    /// <summary>[T, k]: the experts of each row.</summary>
    public ReadOnlySpan<int> Chosen => _experts;

    /// <summary>For each slot its place t · k + j among the choices [T, k].</summary>
    public ReadOnlySpan<int> Choices => _choices;

    /// <summary>Every row at the one expert there is.</summary>
    public static ExpertRows All(int rows) => new(new int[rows], 1, 1);

    /// <summary>The expert's first slot.</summary>
    public int Start(int expert) => _starts[expert];

    /// <summary>Slots of the expert.</summary>
    public int Count(int expert) => _starts[expert + 1] - _starts[expert];

    /// <summary>The rows of the expert's slots, ascending.</summary>
    public ReadOnlySpan<int> Rows(int expert) => _rows.AsSpan(_starts[expert].._starts[expert + 1]);

    /// <summary>Where the batch's groups begin among the expert's slots, and their end.</summary>
    public int[] GroupStarts(int expert, ReadOnlySpan<int> groupStarts)
    {
        int[] starts = new int[groupStarts.Length];
        var rows = Rows(expert);
        for (int g = 0, slot = 0; g < starts.Length; g++)
        {
            while (slot < rows.Length && rows[slot] < groupStarts[g])
            {
                slot++;
            }

            starts[g] = slot;
        }

        return starts;
    }
}
