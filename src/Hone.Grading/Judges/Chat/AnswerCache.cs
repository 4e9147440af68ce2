using Microsoft.Data.Sqlite;

namespace Hone.Grading.Judges.Chat;

/// <summary>Answers of judges, kept between runs in a SQLite file that several processes may use at once.</summary>
/// <remarks>Only answers that could be read are stored, under the question as it was first asked: what failed is asked again.</remarks>
public sealed class AnswerCache(string path) : IDisposable
{
    const string Table =
        """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS answers(
            key TEXT PRIMARY KEY, model TEXT NOT NULL, at TEXT NOT NULL, text TEXT NOT NULL,
            inputTokens INTEGER NOT NULL, outputTokens INTEGER NOT NULL) WITHOUT ROWID;
        """;

    readonly Lock _gate = new();
    SqliteConnection? _connection;
    SqliteCommand? _find;
    SqliteCommand? _add;
    bool _disposed;

    /// <summary>The stored answer, or null.</summary>
    /// <exception cref="IOException">The file cannot be used.</exception>
    public ChatReply? Find(string key) => Use(() =>
    {
        _find!.Parameters[0].Value = key;
        using var row = _find.ExecuteReader();
        return row.Read() ? new ChatReply(row.GetString(0), row.GetInt32(1), row.GetInt32(2)) : null;
    });

    public void Add(string key, string model, ChatReply reply) => Use(() =>
    {
        object[] values = [key, model, DateTimeOffset.UtcNow.ToString("O"), reply.Text, reply.InputTokens, reply.OutputTokens];
        for (int i = 0; i < values.Length; i++)
        {
            _add!.Parameters[i].Value = values[i];
        }

        return _add!.ExecuteNonQuery();
    });

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _find?.Dispose();
            _add?.Dispose();
            _connection?.Dispose();
        }
    }

    T Use<T>(Func<T> action)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                Open();
                return action();
            }
            catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
            {
                string why = e.Message.TrimEnd('.');
                throw new IOException($"the file of stored answers {path} cannot be used: {why}; remove it, or name another with \"cache\".", e);
            }
        }
    }

    void Open()
    {
        if (_add is not null)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var text = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            using var table = new SqliteCommand(Table, connection);
            table.ExecuteNonQuery();
            _find = Command(connection, "SELECT text, inputTokens, outputTokens FROM answers WHERE key = $0", 1);
            _add = Command(
                connection, "INSERT OR REPLACE INTO answers(key, model, at, text, inputTokens, outputTokens) VALUES ($0, $1, $2, $3, $4, $5)", 6);
            _connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    static SqliteCommand Command(SqliteConnection connection, string sql, int parameters)
    {
        var command = new SqliteCommand(sql, connection);
        for (int i = 0; i < parameters; i++)
        {
            command.Parameters.AddWithValue($"${i}", "");
        }

        return command;
    }
}
