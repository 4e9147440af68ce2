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
    public static IReadOnlyList<int> Children(int id)
    {
        try
        {
            // Each thread has a list of its own.
            return [.. Directory.EnumerateDirectories($"/proc/{id}/task")
                .SelectMany(thread => File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(int.Parse)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static long ResidentBytes(int id)
    {
        string[] pages = Read(id, "statm").Split(' ', 3);
        return pages.Length > 1 && long.TryParse(pages[1], out long resident) ? resident * Environment.SystemPageSize : 0;
    }

    static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
