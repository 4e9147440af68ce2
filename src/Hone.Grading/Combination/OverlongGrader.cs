using Hone.Grading.Rules;

namespace Hone.Grading.Combination;

/// <summary>A penalty for completions that come near the limit of L tokens, with a buffer of c: for n tokens
/// 0 where n ≤ L − c, (L − c − n) / c within the buffer, −1 beyond.</summary>
/// <remarks>As one part of a weighted sum, where completions grow until they are cut off: the fall to −1 tells the policy in time. It needs
/// the number of tokens, which a run knows; without it the grade is a fault.</remarks>
public sealed class OverlongGrader(int? buffer = null, int? maxTokens = null) : RuleGrader
{
    /// <summary>The buffer's share of the limit where none is given.</summary>
    const int UsualShare = 5;

    internal static OverlongGrader Read(GraderForm form) => new(form.Integer("buffer", least: 1), form.Integer("maxTokens", least: 2));

    protected override Grade GradeOne(GradingItem item)
    {
        if (item.CompletionTokens is not { } tokens || (maxTokens ?? item.MaxTokens) is not { } limit)
        {
            return item.Failed("overlong", "the number of tokens is not known here; overlong punishment works where completions are sampled.");
        }

        int width = buffer ?? Math.Max(1, limit / UsualShare);
        if (width >= limit)
        {
            return item.Failed("overlong", $"the buffer of {width} tokens is not below the limit of {limit} tokens; give a smaller one, such as {Math.Max(1, limit / UsualShare)}.");
        }

        double score = Math.Clamp((double)(limit - width - tokens) / width, -1, 0);
        return item.Scored(score, $"{tokens} of {limit} tokens.", new Metric("tokens", tokens, MetricType.Metric));
    }
}
