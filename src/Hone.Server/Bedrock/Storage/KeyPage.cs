namespace Hone.Server.Bedrock.Storage;

/// <summary>A page of keys in their order; with a delimiter, those with a further one behind the prefix stand together as a folder.</summary>
sealed class KeyPage
{
    public KeyPage(IEnumerable<string> sorted, string prefix, string delimiter, string after, int most)
    {
        string? last = null;
        foreach (string key in sorted.Where(key => string.CompareOrdinal(key, after) > 0))
        {
            int cut = delimiter.Length == 0 ? -1 : key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            string? folder = cut < 0 ? null : key[..(cut + delimiter.Length)];
            if (folder is not null && (Folders.Contains(folder) || after.StartsWith(folder, StringComparison.Ordinal)))
            {
                last = key;
                continue;
            }

            if (Keys.Count + Folders.Count == most)
            {
                Next = last;
                return;
            }

            (folder is null ? Keys : Folders).Add(folder ?? key);
            last = key;
        }
    }

    public List<string> Keys { get; } = [];

    public List<string> Folders { get; } = [];

    /// <summary>The last key that was looked at, where there are more behind it.</summary>
    public string? Next { get; }
}
