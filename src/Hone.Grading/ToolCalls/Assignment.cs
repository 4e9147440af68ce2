namespace Hone.Grading.ToolCalls;

/// <summary>Pairs rows with columns, each once, so that the sum of their worths is largest.</summary>
static class Assignment
{
    /// <summary>The largest sum. Kuhn's method as shortest augmenting paths over potentials: rows² · columns steps.</summary>
    public static double Best(double[,] worth)
    {
        bool isWide = worth.GetLength(0) <= worth.GetLength(1);
        int rows = Math.Min(worth.GetLength(0), worth.GetLength(1)), columns = Math.Max(worth.GetLength(0), worth.GetLength(1));
        double[] rowPotential = new double[rows + 1], columnPotential = new double[columns + 1];

        // Row and column 0 stand for none; rowOf[0] is the row that looks for its column.
        int[] rowOf = new int[columns + 1];
        for (int row = 1; row <= rows; row++)
        {
            rowOf[0] = row;
            Augment(rowOf, rowPotential, columnPotential, Cost);
        }

        double sum = 0;
        for (int column = 1; column <= columns; column++)
        {
            sum -= rowOf[column] > 0 ? Cost(rowOf[column], column) : 0;
        }

        return sum;

        double Cost(int row, int column) => -(isWide ? worth[row - 1, column - 1] : worth[column - 1, row - 1]);
    }

    static void Augment(int[] rowOf, double[] rowPotential, double[] columnPotential, Func<int, int, double> cost)
    {
        int columns = columnPotential.Length - 1;
        double[] slack = new double[columns + 1];
        int[] cameFrom = new int[columns + 1];
        bool[] done = new bool[columns + 1];
        Array.Fill(slack, double.PositiveInfinity);
        int at = 0;
        while (rowOf[at] != 0)
        {
            done[at] = true;
            int next = 0;
            for (int column = 1; column <= columns; column++)
            {
                if (done[column])
                {
                    continue;
                }

                double reduced = cost(rowOf[at], column) - rowPotential[rowOf[at]] - columnPotential[column];
                if (reduced < slack[column])
                {
                    (slack[column], cameFrom[column]) = (reduced, at);
                }

                next = next == 0 || slack[column] < slack[next] ? column : next;
            }

            Shift(slack[next], done, slack, rowOf, rowPotential, columnPotential);
            at = next;
        }

        for (; at != 0; at = cameFrom[at])
        {
            rowOf[at] = rowOf[cameFrom[at]];
        }
    }

    static void Shift(double by, bool[] done, double[] slack, int[] rowOf, double[] rowPotential, double[] columnPotential)
    {
        for (int column = 0; column < done.Length; column++)
        {
            if (done[column])
            {
                rowPotential[rowOf[column]] += by;
                columnPotential[column] -= by;
            }
            else
            {
                slack[column] -= by;
            }
        }
    }
}
