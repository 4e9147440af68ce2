using System.Diagnostics;
using Npgsql;

namespace Hone.Server.Tests.Support;

/// <summary>
/// A PostgreSQL of the tests' own, in a new folder, reached through a socket in it. It ends with the process that started it, however that
/// ends: the shell around it waits for a line that comes only when the pipe is closed.
/// </summary>
sealed class PostgresServer : IDisposable
{
    // PostgreSQL refuses to run as root. The first line that is read says what happens to the folder.
    const string Script = """
        as=
        if [ "$(id -u)" = 0 ]; then chown 65534:65534 "$1"; as="setpriv --reuid=65534 --regid=65534 --clear-groups"; fi
        cd "$1"
        [ -d "$1/data" ] || $as "$2/initdb" -D "$1/data" -U hone -A trust -E UTF8 --locale=C --no-sync > "$1/log" 2>&1 || exit 1
        $as "$2/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c fsync=off -c full_page_writes=off -c shared_buffers=16MB \
            -c max_connections=200 >> "$1/log" 2>&1 &
        read line
        kill -QUIT $!
        wait $!
        [ "$line" = stay ] || rm -rf "$1"
        """;

    static readonly string? _programs = FindPrograms();
    static readonly Lazy<PostgresServer> _shared = new(() => new PostgresServer());
    static int _databases;

    readonly string _folder = Directory.CreateTempSubdirectory("hone-postgres-").FullName;
    Process _shell;

    public PostgresServer() => _shell = Start();

    /// <summary>Why there can be none on this machine; null where there can.</summary>
    public static string? Missing =>
        _programs is null ? "postgres and initdb are neither on the PATH nor in /usr/lib/postgresql" : null;

    /// <summary>One for all tests of a run.</summary>
    public static PostgresServer Shared => _shared.Value;

    /// <summary>Connection string of a database that is empty and new.</summary>
    public string NewDatabase()
    {
        string name = $"hone{Interlocked.Increment(ref _databases)}";
        using var connection = new NpgsqlConnection(Connection("postgres"));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        command.ExecuteNonQuery();
        return Connection(name);
    }

    /// <summary>Ends it at once, as a power cut would; the data stay.</summary>
    public void Kill() => Stop("stay");

    public void Restart() => _shell = Start();

    public void Dispose() => Stop("remove");

    string Connection(string database) =>
        $"Host={_folder};Username=hone;Database={database};Timeout=5;Maximum Pool Size=20;No Reset On Close=true;Include Error Detail=true";

    void Stop(string line)
    {
        if (!_shell.HasExited)
        {
            _shell.StandardInput.WriteLine(line);
            _shell.StandardInput.Flush();
        }

        _shell.WaitForExit();
        _shell.Dispose();
    }

    Process Start()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", _folder, _programs!]) { RedirectStandardInput = true };
        var shell = Process.Start(start)!;
        while (!Answers())
        {
            if (shell.HasExited)
            {
                throw new InvalidOperationException($"PostgreSQL does not start: {File.ReadAllText(Path.Combine(_folder, "log"))}");
            }

            Thread.Sleep(50);
        }

        return shell;
    }

    bool Answers()
    {
        try
        {
            using var connection = new NpgsqlConnection(Connection("postgres") + ";Pooling=false");
            connection.Open();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    static string? FindPrograms()
    {
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin"))
            : [];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(installed)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb")));
    }
}
