using System.Collections.Concurrent;
using Dapper;
using Hone.Server.Store;
using Microsoft.Extensions.Hosting;

namespace Hone.Server.Accounts;

/// <summary>Writes down when keys were used, once a minute for all of them, so that no request waits for it.</summary>
sealed class KeyUses(Database database, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan _period = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, long> _uses = new(StringComparer.Ordinal);

    public void Note(string id, DateTimeOffset at) => _uses[id] = at.ToUnixTimeMilliseconds();

    public async Task Write(CancellationToken stop)
    {
        KeyValuePair<string, long>[] uses = [.. _uses];
        if (uses.Length == 0)
        {
            return;
        }

        await database.InTransaction(
            (connection, transaction) => connection.ExecuteAsync(
                "UPDATE keys SET last_used = @Value WHERE id = @Key AND (last_used IS NULL OR last_used < @Value)", uses, transaction),
            stop);
        foreach (var use in uses)
        {
            // Only if it was not used again meanwhile.
            _uses.TryRemove(use);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWrite(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryWrite(stoppingToken);
        }
    }

    async Task TryWrite(CancellationToken stop)
    {
        try
        {
            await Write(stop);
        }
        catch (ApiProblem)
        {
            // The database is away; the uses are kept until it is back.
        }
    }
}
