using Hone.Grading.Similarity;

namespace Hone.Tests.Grading.Similarity;

public class EditDistanceTests
{
    public static TheoryData<int> LengthsAroundEveryWord => [0, 1, 2, 5, 63, 64, 65, 127, 128, 129, 200];

    [Theory, MemberData(nameof(LengthsAroundEveryWord))]
    public void The_words_of_64_agree_with_the_whole_matrix(int lengthA)
    {
        foreach (var (letters, lengthB) in from letters in new[] { 2, 4, 30 } from length in new[] { 0, 1, 3, 64, 65, 130 } select (letters, length))
        {
            int[] a = Text(lengthA, letters, 1), b = Text(lengthB, letters, 2);

            Assert.Equal(Matrix(a, b, replaces: true), EditDistance.Levenshtein(a, b));
            Assert.Equal((a.Length + b.Length - Matrix(a, b, replaces: false)) / 2, EditDistance.CommonSubsequence(a, b));
        }
    }

    [Fact]
    public void Semi_local_strands_give_the_subsequence_with_every_piece()
    {
        int[] a = Text(23, 3, 3), b = Text(31, 3, 4);
        int[] strands = SemiLocal.Strands(a, b);

        for (int from = 0; from <= b.Length; from++)
        {
            for (int end = from; end <= b.Length; end++)
            {
                int through = Enumerable.Range(from, end - from).Count(j => strands[j] >= a.Length + from);
                Assert.Equal(EditDistance.CommonSubsequence(a, b.AsSpan(from, end - from)), end - from - through);
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(7, 7)]
    [InlineData(7, 30)]
    [InlineData(20, 21)]
    public void The_best_piece_is_the_best_of_all(int lengthA, int lengthB)
    {
        int[] a = Text(lengthA, 4, 5), b = Text(lengthB, 4, 6);
        double best = 0;
        for (int end = 1; end < b.Length + a.Length; end++)
        {
            int from = Math.Max(0, end - a.Length), to = Math.Min(end, b.Length);
            best = Math.Max(best, 2.0 * EditDistance.CommonSubsequence(a, b.AsSpan(from, to - from)) / (a.Length + to - from));
        }

        Assert.Equal(best, SemiLocal.BestPiece(a, b), 12);
    }

    static int[] Text(int length, int letters, int seed)
    {
        var random = new Random((seed * 1000) + length + letters);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(letters))];
    }

    static int Matrix(int[] a, int[] b, bool replaces)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 0; i < a.Length; i++)
        {
            int diagonal = row[0]++;
            for (int j = 0; j < b.Length; j++)
            {
                int replaced = a[i] == b[j] ? diagonal : diagonal + (replaces ? 1 : 2);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], row[j + 1]) + 1);
            }
        }

        return row[^1];
    }
}
