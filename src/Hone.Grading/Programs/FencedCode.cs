namespace Hone.Grading.Programs;

/// <summary>The program in an answer: what stands in its last fenced block.</summary>
/// <remarks>The last block in one of the wanted languages, else the last block that names none, else the whole text where there is no block
/// at all. A block that is not closed reaches to the end. Where all blocks are in other languages there is no program.</remarks>
static class FencedCode
{
    /// <param name="languages">Names after the fence, in lower case.</param>
    /// <returns>Null where there is none.</returns>
    public static string? Find(string text, params IReadOnlyList<string> languages)
    {
        var blocks = Blocks(text.ReplaceLineEndings("\n").Split('\n'));
        string? found = blocks.LastOrDefault(block => languages.Contains(block.Language)).Code
            ?? blocks.LastOrDefault(block => block.Language.Length == 0).Code
            ?? (blocks.Count == 0 ? text : null);
        return string.IsNullOrWhiteSpace(found) ? null : found;
    }

    static List<(string Language, string Code)> Blocks(string[] lines)
    {
        List<(string, string)> blocks = [];
        for (int i = 0; i < lines.Length; i++)
        {
            if (Fence(lines[i]) is not { } fence)
            {
                continue;
            }

            int end = Array.FindIndex(lines, i + 1, line => Fence(line) is { } close && close.Length >= fence.Length && close.Language.Length == 0);
            end = end < 0 ? lines.Length : end;
            blocks.Add((fence.Language, string.Join('\n', lines[(i + 1)..end])));
            i = end;
        }

        return blocks;
    }

    // Three backticks or more at the start of a line, then a language.
    static (int Length, string Language)? Fence(string line)
    {
        string bare = line.TrimStart(' ');
        int length = bare.TakeWhile(character => character == '`').Count();
        string rest = bare[length..].Trim();
        return length < 3 || rest.Contains('`') ? null : (length, rest.Split(' ')[0].ToLowerInvariant());
    }
}
