namespace Hone.Server.Store;

/// <summary>
/// The steps that made the tables what they are: files NNN-name.sql, in the order of their names, never changed once released. What the two
/// databases say differently is written as a word in braces.
/// </summary>
static class Migration
{
    public static IEnumerable<(string Name, string Sql)> All(bool postgres)
    {
        var assembly = typeof(Migration).Assembly;
        const string Folder = "Hone.Server.Store.Migrations.";
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return (name[Folder.Length..], InWordsOf(postgres, reader.ReadToEnd()));
            });
    }

    static string InWordsOf(bool postgres, string sql) => sql
        .Replace("{number}", postgres ? "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY" : "INTEGER PRIMARY KEY AUTOINCREMENT", StringComparison.Ordinal)
        .Replace("{bytes}", postgres ? "BYTEA" : "BLOB", StringComparison.Ordinal);
}
