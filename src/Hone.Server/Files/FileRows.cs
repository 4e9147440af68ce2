using System.Data.Common;
using Dapper;
using Hone.Server.Accounts;
using Hone.Server.Store;

namespace Hone.Server.Files;

/// <summary>The table of files. Each change is in the audit log.</summary>
sealed class FileRows(Database database, AuditLog audit)
{
    const string Columns = "id, account, name, purpose, bytes, sha256, created, expires, state, state_details AS stateDetails, encrypted";
    const string Alive = "(expires IS NULL OR expires > @now)";

    public static ApiProblem OverQuota(long most) => new(
        ProblemKind.TooLarge, $"The account's files would be longer than {most} bytes together, which is the most it may keep; delete some first.")
    {
        Code = "storage_quota_exceeded",
    };

    public Task<long> BytesOf(string account, CancellationToken stop) =>
        database.Read(connection => Bytes(connection, account, null), stop);

    /// <exception cref="ApiProblem">The account has no room for it.</exception>
    public Task Insert(Caller caller, StoredFile file, bool encrypted, long quota, CancellationToken stop) => database.InTransaction(
        async (connection, transaction) =>
        {
            await database.Lock(connection, transaction, $"files of {file.Account}");
            if (await Bytes(connection, file.Account, transaction) + file.Bytes > quota)
            {
                throw OverQuota(quota);
            }

            await connection.ExecuteAsync(
                """
                INSERT INTO files (id, account, name, purpose, bytes, sha256, created, expires, state, state_details, encrypted)
                VALUES (@Id, @Account, @Name, @Purpose, @Bytes, @Sha256, @Created, @Expires, @State, @StateDetails, @Encrypted)
                """,
                FileRow.Of(file, encrypted), transaction);
            await audit.Write(connection, transaction, caller, "file.create", file.Id, $"{file.Name}, {file.Bytes} bytes");
        },
        stop);

    public Task<FileRow?> Find(string account, string id, DateTimeOffset now, CancellationToken stop) => database.Read(
        connection => connection.QuerySingleOrDefaultAsync<FileRow>(
            $"SELECT {Columns} FROM files WHERE id = @id AND account = @account AND {Alive}",
            new { id, account, now = now.ToUnixTimeMilliseconds() }),
        stop);

    public Task<IReadOnlySet<string>> Which(string account, IReadOnlyCollection<string> ids, DateTimeOffset now, CancellationToken stop) =>
        ids.Count == 0 ? Task.FromResult<IReadOnlySet<string>>(new HashSet<string>()) : database.Read<IReadOnlySet<string>>(
            async connection => (await connection.QueryAsync<string>(
                $"SELECT id FROM files WHERE account = @account AND {Alive} AND id {(database.IsPostgres ? "= ANY(@all)" : "IN @all")}",
                new { account, all = ids.ToArray(), now = now.ToUnixTimeMilliseconds() }))
                .ToHashSet(StringComparer.Ordinal),
            stop);

    public async Task<Page<StoredFile>> List(
        string account, string? purpose, string? after, int limit, bool oldestFirst, DateTimeOffset now, CancellationToken stop)
    {
        var last = after is null ? null : await Find(account, after, now, stop)
            ?? throw ApiProblem.Invalid($"The list cannot go on after {FileName.Shown(after)}: there is no such file.", "after");
        string behind = last is null ? "" : $"AND (created, id) {(oldestFirst ? ">" : "<")} (@created, @lastId)";
        string order = oldestFirst ? "ASC" : "DESC";
        var rows = await database.Read(
            connection => connection.QueryAsync<FileRow>(
                $"""
                SELECT {Columns} FROM files WHERE account = @account AND {Alive} {(purpose is null ? "" : "AND purpose = @purpose")} {behind}
                ORDER BY created {order}, id {order} LIMIT @most
                """,
                new
                {
                    account,
                    purpose,
                    now = now.ToUnixTimeMilliseconds(),
                    created = last?.Created ?? 0,
                    lastId = last?.Id ?? "",
                    most = (long)limit + 1,
                }),
            stop);
        var files = rows.Select(row => row.ToFile()).ToList();
        return new(files.Take(limit).ToList(), files.Count > limit);
    }

    public Task Delete(Caller caller, string id, CancellationToken stop) => database.InTransaction(
        async (connection, transaction) =>
        {
            int gone = await connection.ExecuteAsync("DELETE FROM files WHERE id = @id AND account = @Account", new { id, caller.Account }, transaction);
            if (gone > 0)
            {
                await audit.Write(connection, transaction, caller, "file.delete", id);
            }
        },
        stop);

    public Task<IReadOnlyList<(string Account, string Id)>> Expired(DateTimeOffset now, CancellationToken stop) =>
        database.Read<IReadOnlyList<(string, string)>>(
            async connection => [.. await connection.QueryAsync<(string, string)>(
                "SELECT account, id FROM files WHERE expires <= @now", new { now = now.ToUnixTimeMilliseconds() })],
            stop);

    public Task<HashSet<string>> Ids(CancellationToken stop) => database.Read(
        async connection => (await connection.QueryAsync<string>("SELECT id FROM files")).ToHashSet(StringComparer.Ordinal), stop);

    // SUM of BIGINT is NUMERIC in PostgreSQL.
    static Task<long> Bytes(DbConnection connection, string account, DbTransaction? transaction) => connection.ExecuteScalarAsync<long>(
        "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM files WHERE account = @account", new { account }, transaction);
}

sealed record FileRow
{
    public string Id { get; init; } = "";
    public string Account { get; init; } = "";
    public string Name { get; init; } = "";
    public string Purpose { get; init; } = "";
    public long Bytes { get; init; }
    public string Sha256 { get; init; } = "";
    public long Created { get; init; }
    public long? Expires { get; init; }
    public string State { get; init; } = "";
    public string? StateDetails { get; init; }
    public long Encrypted { get; init; }

    public static FileRow Of(StoredFile file, bool encrypted) => new()
    {
        Id = file.Id,
        Account = file.Account,
        Name = file.Name,
        Purpose = file.Purpose,
        Bytes = file.Bytes,
        Sha256 = file.Sha256,
        Created = file.Created.ToUnixTimeMilliseconds(),
        Expires = file.Expires?.ToUnixTimeMilliseconds(),
        State = file.State.ToString(),
        StateDetails = file.StateDetails,
        Encrypted = encrypted ? 1 : 0,
    };

    public StoredFile ToFile() => new(
        Id, Account, Name, Purpose, Bytes, Sha256, DateTimeOffset.FromUnixTimeMilliseconds(Created),
        Expires is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null, Enum.Parse<FileState>(State), StateDetails);
}
