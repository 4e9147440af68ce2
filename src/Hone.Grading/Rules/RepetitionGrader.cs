using Hone.Grading.Rules.Texts;

namespace Hone.Grading.Rules;

/// <summary>1 for a completion that does not repeat itself, falling on a line to 0:
/// score = 1 − max(0, r − free) / (1 − free), where r = 1 − distinct n-grams / n-grams.</summary>
/// <remarks>Against loops, as a small part beside a grader of what the text says: an empty answer repeats nothing. n-grams are of words
/// without case; a word of more than 24 characters counts as its characters, so that <c>hahaha…</c> is seen as well.</remarks>
public sealed class RepetitionGrader(int size = 3, double free = 0.1) : RuleGrader
{
    const int LongestWord = 24;

    internal static RepetitionGrader Read(GraderForm form) =>
        new(form.Integer("size", least: 1, most: 20) ?? 3, form.Number("free", least: 0, most: 0.99) ?? 0.1);

    protected override Grade GradeOne(GradingItem item)
    {
        double repeated = Repeated(Units(item.Completion));
        double score = 1 - Math.Max(0, repeated - free) / (1 - free);
        return item.Scored(
            score, $"{repeated:0 %} of the runs of {size} words are repetitions.", new Metric("repeated", repeated, MetricType.Metric));
    }

    // Words by number, in the order in which they first occur: the same for any text that repeats itself in the same way.
    static int[] Units(string text)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return
        [
            .. WordCut.Of(CleanText.WithoutCase(CleanText.Folded(text)))
                .SelectMany(word => word.Length <= LongestWord ? [word] : word.Select(c => c.ToString()))
                .Select(word => numbers.TryGetValue(word, out int known) ? known : numbers[word] = numbers.Count),
        ];
    }

    double Repeated(int[] units)
    {
        int count = units.Length - size + 1;
        if (count < 1)
        {
            return 0;
        }

        // 64 bits of a hash stand for a run: two different ones of a hundred thousand meet once in four thousand million texts.
        var distinct = new HashSet<ulong>();
        for (int i = 0; i < count; i++)
        {
            ulong hash = 0xCBF29CE484222325;
            foreach (int unit in units.AsSpan(i, size))
            {
                hash = (hash ^ (uint)unit) * 0x9E3779B97F4A7C15;
                hash ^= hash >> 29;
            }

            distinct.Add(hash);
        }

        return 1 - (double)distinct.Count / count;
    }
}
