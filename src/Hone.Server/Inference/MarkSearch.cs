namespace Hone.Server.Inference;

/// <summary>Finds marks in a text that is still being written.</summary>
static class MarkSearch
{
    /// <summary>Where the first of the marks stands; without any, where the end of the text may be the beginning of one.</summary>
    public static (int At, bool IsWhole) First(string text, IReadOnlyList<string> marks)
    {
        int[] found = [.. marks.Select(mark => text.IndexOf(mark, StringComparison.Ordinal)).Where(at => at >= 0)];
        return found.Length > 0 ? (found.Min(), true) : (text.Length - marks.Max(mark => Begun(text, mark)), false);
    }

    // Length of the mark's beginning that the text ends with.
    static int Begun(string text, string mark)
    {
        int length = Math.Min(mark.Length - 1, text.Length);
        while (length > 0 && !text.EndsWith(mark[..length], StringComparison.Ordinal))
        {
            length--;
        }

        return length;
    }
}
