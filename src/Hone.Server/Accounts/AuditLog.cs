using System.Data.Common;
using Dapper;
using Hone.Server.Store;

namespace Hone.Server.Accounts;

sealed class AuditLog(Database database, TimeProvider time, IHttpContextAccessor? http = null) : IAuditLog
{
    const int MostEntries = 1000;

    public Task Write(Caller caller, string action, string subject, string? detail = null, CancellationToken stop = default) =>
        database.InTransaction((connection, transaction) => Write(connection, transaction, caller, action, subject, detail), stop);

    /// <summary>Within the transaction that makes the change: both are there, or neither.</summary>
    public Task Write(DbConnection connection, DbTransaction transaction, Caller caller, string action, string subject, string? detail = null) =>
        connection.ExecuteAsync(
            """
            INSERT INTO audit (at, account, key_id, action, subject, detail, address)
            VALUES (@at, @Account, @KeyId, @action, @subject, @detail, @address)
            """,
            new
            {
                at = time.GetUtcNow().ToUnixTimeMilliseconds(),
                caller.Account,
                caller.KeyId,
                action,
                subject,
                detail,
                address = http?.HttpContext?.Connection.RemoteIpAddress?.ToString(),
            },
            transaction);

    public Task<IReadOnlyList<AuditEntry>> Read(string? account, int limit, long? before, CancellationToken stop) =>
        database.Read<IReadOnlyList<AuditEntry>>(
            async connection =>
            {
                string mine = account is null ? "" : "AND account = @account";
                var rows = await connection.QueryAsync<AuditRow>(
                    $"""
                    SELECT number, at, account, key_id AS keyId, action, subject, detail, address FROM audit
                    WHERE number < @before {mine} ORDER BY number DESC LIMIT @limit
                    """,
                    new { account, before = before ?? long.MaxValue, limit = Math.Clamp(limit, 1, MostEntries) });
                return [.. rows.Select(row => row.ToEntry())];
            },
            stop);

    sealed record AuditRow
    {
        public long Number { get; init; }
        public long At { get; init; }
        public string Account { get; init; } = "";
        public string KeyId { get; init; } = "";
        public string Action { get; init; } = "";
        public string Subject { get; init; } = "";
        public string? Detail { get; init; }
        public string? Address { get; init; }

        public AuditEntry ToEntry() => new(Number, DateTimeOffset.FromUnixTimeMilliseconds(At), Account, KeyId, Action, Subject, Detail, Address);
    }
}
