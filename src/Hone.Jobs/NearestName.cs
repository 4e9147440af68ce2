namespace Hone.Jobs;

/// <summary>Finds what somebody meant who mistyped a name.</summary>
static class NearestName
{
    /// <summary>The known name with the fewest edits, or null when none is close. Case, '_' and '-' do not count.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        string wanted = Plain(name);
        return known
            .Select(candidate => (candidate, edits: Edits(wanted, Plain(candidate))))
            .Where(pair => pair.edits <= Math.Max(1, wanted.Length / 3))
            .OrderBy(pair => pair.edits)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
    }

    public static bool Same(string name, string known) => Plain(name) == Plain(known);

    static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    // Levenshtein's distance, one row at a time.
    static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                int replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replace, 1 + Math.Min(above, row[j - 1]));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
