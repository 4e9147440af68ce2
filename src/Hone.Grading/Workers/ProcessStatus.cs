namespace Hone.Grading.Workers;

/// <summary>What Linux tells of a process in /proc. Nothing of one that has gone.</summary>
static class ProcessStatus
{
    public static IEnumerable<int> All() =>
        Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out int id) ? id : 0).Where(id => id > 0);

    /// <summary>What follows a word in its status, such as <c>Uid:</c>.</summary>
    public static string? Line(int id, string word)
    {
        string status = Read(id, "status");
        int at = status.IndexOf($"\n{word}", StringComparison.Ordinal);
        return at < 0 ? null : status[(at + 1 + word.Length)..status.IndexOf('\n', at + 1)].Trim();
    }

    /// <summary>The processes and threads that its user may have, as far as it can be raised; null: unlimited, or not known.</summary>
    public static int? MostTasks(int id)
    {
        const string Name = "Max processes";
        string limits = Read(id, "limits");
        int at = limits.IndexOf(Name, StringComparison.Ordinal);
        string[] words = at < 0 ? [] : limits[(at + Name.Length)..].Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 1 && int.TryParse(words[1], out int most) ? most : null;
    }

    /// <summary>The processes that it started and that live; those of its ended children come to it where it adopts orphans.</summary>
    /// <remarks>Each thread has a list of its own. Where a thread ends in between, another one inherits its list, maybe one that was read already: all are read again.</remarks>
    public static IReadOnlyList<int> Children(int id)
    {
        string?[] lists = [];
        for (int attempt = 0; attempt < 20; attempt++)
        {
            string[] threads = Threads(id);
            lists = [.. threads.Select(thread => Contents($"{thread}/children"))];
            if (!lists.Contains(null) && threads.SequenceEqual(Threads(id)))
            {
                break;
            }
        }

        return [.. lists.SelectMany(list => (list ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse).Distinct()];
    }

    public static long ResidentBytes(int id)
    {
        string[] pages = Read(id, "statm").Split(' ', 3);
        return pages.Length > 1 && long.TryParse(pages[1], out long resident) ? resident * Environment.SystemPageSize : 0;
    }

    static string[] Threads(int id)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{id}/task");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static string Read(int id, string file) => Contents($"/proc/{id}/{file}") ?? "";

    static string? Contents(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
