using Hone.Tensors;

namespace Hone.Training.Planning;

/// <summary>Pages of keys and values that completions need side by side.</summary>
static class CachePages
{
    /// <summary>
    /// The most pages in use at once: completions of the longest prompts side by side, each group with its prompt. A completion shares
    /// the prompt's full pages and copies its partial last one; its last token is never read.
    /// </summary>
    public static long Most(IReadOnlyList<int> prompts, int completionsPerPrompt, int maxTokens, int batch)
    {
        long pages = 0;
        int left = batch;
        foreach (int prompt in prompts.OrderDescending())
        {
            int count = Math.Min(left, completionsPerPrompt);
            if (count == 0)
            {
                break;
            }

            int own = AttentionPlan.PagesFor(prompt + maxTokens - 1) - (prompt / AttentionPlan.PageSize);
            pages += AttentionPlan.PagesFor(prompt) + ((long)count * own);
            left -= count;
        }

        return pages;
    }
}
