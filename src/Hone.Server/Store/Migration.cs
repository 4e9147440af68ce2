using System.Data.Common;
using Dapper;

namespace Hone.Server.Store;

/// <summary>
/// The steps that made the tables what they are: files NNN-name.sql, in the order of their names, never changed once released. What the two
/// databases say differently is written as a word in braces.
/// </summary>
static class Migration
{
    /// <summary>Those that are still to be done.</summary>
    /// <exception cref="ApiProblem">The database has been used by a newer program.</exception>
    public static async Task Run(DbConnection connection, DbTransaction transaction, bool postgres)
    {
        await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)", transaction: transaction);
        var done = (await connection.QueryAsync<string>("SELECT name FROM migrations", transaction: transaction)).ToHashSet();
        var all = All(postgres).ToList();
        if (done.Except(all.Select(migration => migration.Name)).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw ApiProblem.Invalid($"The database was written by a newer Hone, which made {unknown}; use that one, or another data folder.");
        }

        foreach (var (name, sql) in all.Where(migration => !done.Contains(migration.Name)))
        {
            await connection.ExecuteAsync(sql, transaction: transaction);
            await connection.ExecuteAsync("INSERT INTO migrations (name) VALUES (@name)", new { name }, transaction);
        }
    }

    static IEnumerable<(string Name, string Sql)> All(bool postgres)
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
