namespace Hone.Grading.Rules.Answers;

/// <summary>Text between <c>&lt;answer&gt;</c> and <c>&lt;/answer&gt;</c>.</summary>
static class Tags
{
    /// <summary>The last pair of tags that ends at or before a position.</summary>
    public static MarkedText? Before(string text, int end, string tag)
    {
        const StringComparison anyCase = StringComparison.OrdinalIgnoreCase;
        string open = $"<{tag}>", shut = $"</{tag}>";
        int closed = end < shut.Length ? -1 : text.LastIndexOf(shut, end - 1, anyCase);
        int opened = closed < open.Length ? -1 : text.LastIndexOf(open, closed - 1, anyCase);
        return opened < 0 ? null : new(opened, closed + shut.Length, text[(opened + open.Length)..closed]);
    }
}
