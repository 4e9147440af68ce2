namespace Hone.Models.Gguf;

/// <summary>
/// The order of a head's rows in queries and keys. Published weights turn component j with j + D/2; llama.cpp's llama architecture turns 2j
/// with 2j + 1. Moving rows turns one into the other, and no product changes.
/// </summary>
static class RotaryRows
{
    /// <summary>Halves to pairs: row j of a head goes to 2j, row j + D/2 to 2j + 1.</summary>
    /// <param name="rows">A matrix [heads · D, columns] or a bias [heads · D], row-major.</param>
    public static float[] Interleave(float[] rows, int headWidth, int columns) => Move(rows, headWidth, columns, toPairs: true);

    /// <summary>The inverse of <see cref="Interleave"/>.</summary>
    public static float[] Separate(float[] rows, int headWidth, int columns) => Move(rows, headWidth, columns, toPairs: false);

    static float[] Move(float[] rows, int D, int columns, bool toPairs)
    {
        float[] moved = new float[rows.Length];
        for (int head = 0; head < rows.Length / columns / D; head++)
        {
            for (int d = 0; d < D; d++)
            {
                int half = (head * D) + d, pair = (head * D) + (2 * (d % (D / 2))) + (d / (D / 2));
                var (from, to) = toPairs ? (half, pair) : (pair, half);
                rows.AsSpan(from * columns, columns).CopyTo(moved.AsSpan(to * columns, columns));
            }
        }

        return moved;
    }
}
