using Dapper;

namespace Hone.Jobs;

/// <summary>
/// Connections to SQLite files of one name are the same to Dapper, whatever folder the file is in. It keeps the code that it makes for a query by
/// connection, and never forgets it: a process that opens the database of one run after another would grow with each.
/// </summary>
sealed class RunConnections : IEqualityComparer<string>
{
    const string Start = "Data Source=";

    /// <summary>Said before the first query of this process.</summary>
    public static void ShareQueries() => SqlMapper.ConnectionStringComparer = new RunConnections();

    public bool Equals(string? x, string? y) => Known(x).SequenceEqual(Known(y));

    public int GetHashCode(string text) => string.GetHashCode(Known(text), StringComparison.Ordinal);

    static ReadOnlySpan<char> Known(string? text) =>
        text is not null && text.StartsWith(Start, StringComparison.Ordinal) ? text.AsSpan(text.LastIndexOf(Path.DirectorySeparatorChar) + 1) : text;
}
