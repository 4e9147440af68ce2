using Dapper;
using Hone.Jobs.Exploring;
using Microsoft.Data.Sqlite;

namespace Hone.Jobs;

/// <summary>The tables of run.db and how the file is opened.</summary>
static class RunSchema
{
    const int Version = 3;

    const string Tables =
        """
        CREATE TABLE prompts(
            part TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL, reference TEXT,
            PRIMARY KEY (part, id)) WITHOUT ROWID;
        CREATE TABLE metrics(step INTEGER PRIMARY KEY, at TEXT NOT NULL, document TEXT NOT NULL);
        CREATE TABLE events(
            id INTEGER PRIMARY KEY, at TEXT NOT NULL, step INTEGER NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL);
        CREATE TABLE evaluations(
            name TEXT NOT NULL, step INTEGER NOT NULL, at TEXT NOT NULL, seconds REAL NOT NULL,
            completions INTEGER NOT NULL, faults INTEGER NOT NULL, rewardMean REAL, lengthMean REAL NOT NULL, entropy REAL NOT NULL,
            PRIMARY KEY (name, step)) WITHOUT ROWID;
        CREATE TABLE rollouts(
            id INTEGER PRIMARY KEY, phase TEXT NOT NULL, step INTEGER NOT NULL, prompt TEXT NOT NULL, position INTEGER NOT NULL,
            text TEXT NOT NULL, tokens BLOB NOT NULL, logProbabilities BLOB NOT NULL, entropy REAL NOT NULL, stop TEXT NOT NULL,
            score REAL, reward REAL, advantage REAL NOT NULL, fault TEXT, reason TEXT, grade TEXT NOT NULL);
        CREATE INDEX rolloutsByPrompt ON rollouts(prompt, step);
        CREATE INDEX rolloutsByStep ON rollouts(phase, step);
        CREATE INDEX rolloutsWithFault ON rollouts(step) WHERE fault IS NOT NULL;
        CREATE TABLE checkpoints(step INTEGER PRIMARY KEY, at TEXT NOT NULL);
        """;

    // Since layout 2: rollouts of a step or an evaluation that is not recorded yet.
    const string Kept =
        """
        CREATE TABLE kept(
            phase TEXT NOT NULL, step INTEGER NOT NULL, prompt TEXT NOT NULL, position INTEGER NOT NULL,
            policy TEXT NOT NULL, grader TEXT NOT NULL,
            text TEXT NOT NULL, tokens BLOB NOT NULL, logProbabilities BLOB NOT NULL, entropy REAL NOT NULL, stop TEXT NOT NULL,
            grade TEXT NOT NULL,
            PRIMARY KEY (phase, step, prompt, position));
        """;

    // Since layout 3: loss of an evaluation of supervised training.
    const string Losses = "ALTER TABLE evaluations ADD COLUMN loss REAL;";

    static RunSchema() => RunConnections.ShareQueries();

    /// <summary>Opens the database for writing and makes its tables where they are not there yet.</summary>
    public static SqliteConnection OpenForWriting(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
            long version = FileVersion(connection, path);
            if (version < Version)
            {
                connection.Execute($"BEGIN; {(version < 1 ? Tables : "")} {(version < 2 ? Kept : "")} {Losses} PRAGMA user_version = {Version}; COMMIT");
            }

            connection.Execute(RolloutSearch.Indexes);

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens the database beside a run that may be writing it.</summary>
    public static SqliteConnection OpenForReading(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadOnly);
        try
        {
            return FileVersion(connection, path) > 0
                ? connection
                : throw new RunException($"{path} holds no run; the process that made it stopped at once.");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    static long FileVersion(SqliteConnection connection, string path)
    {
        long version = connection.ExecuteScalar<long>("PRAGMA user_version");
        return version <= Version
            ? version
            : throw new RunException($"{path} was written by a newer Hone (layout {version}, known: {Version}); update Hone to read it.");
    }

    // Without a pool, closing the connection closes the file: the next process finds it free and no -wal file beside it.
    static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 10 };
        var connection = new SqliteConnection(text.ToString());
        connection.Open();
        ColumnSeal.Of(connection).Teach(connection);
        return connection;
    }
}
