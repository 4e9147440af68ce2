using Dapper;
using Hone.Jobs;
using Hone.Server.Files;
using Hone.Server.Queue;
using Hone.Server.Queue.Nodes;
using Hone.Server.Store;
using Microsoft.Extensions.Hosting;

namespace Hone.Server.Registry;

/// <summary>Fetches and checks adapters that are brought along, whichever node finds them first; a restart goes on with what is not done.</summary>
sealed class ImportWork(
    Database database, TimeProvider clock, IObjects objects, JobFolders folders, BaseModels bases, NodeSettings node, Pulse pulse, ILogger<ImportWork> log) : BackgroundService
{
    static readonly TimeSpan _look = TimeSpan.FromSeconds(2), _lease = TimeSpan.FromMinutes(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => pulse.Repeat(
        async () =>
        {
            while (await Claim(stoppingToken) is { } model)
            {
                await Settle(model, await Fetch(model, stoppingToken), stoppingToken);
            }
        },
        _look,
        e => log.LogWarning("A model cannot be fetched for the moment: {Message}", e.Message),
        stoppingToken);

    Task<ModelRow?> Claim(CancellationToken stop) => database.InTransaction(
        async (connection, transaction) =>
        {
            long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var row = await connection.QueryFirstOrDefaultAsync<ModelRow>(
                $"SELECT {ModelRow.Columns} FROM models WHERE status = 'Creating' AND lease < @now ORDER BY number LIMIT 1 {database.ForUpdateSkipLocked}",
                new { now },
                transaction);
            if (row is not null)
            {
                await connection.ExecuteAsync(
                    "UPDATE models SET lease = @until WHERE id = @Id", new { row.Id, until = now + (long)_lease.TotalMilliseconds }, transaction);
            }

            return row;
        },
        stop);

    /// <returns>Why it cannot be used; null where it can.</returns>
    async Task<string?> Fetch(ModelRow model, CancellationToken stop)
    {
        try
        {
            string source = model.Source!.EndsWith('/') ? model.Source : model.Source + "/";
            var there = await objects.List(source, stop);
            string[] missing = [.. AdapterCopy.Files.Where(name => !there.Contains(source + name))];
            if (missing.Length > 0)
            {
                return $"{source} has no {string.Join(" and no ", missing)}; name the folder of an adapter as PEFT writes it.";
            }

            await AdapterCopy.Make(name => objects.Open(source + name, stop), folders.Adapter(model.Folder), stop);
            var problems = bases.Find(model.Base) is { } foundation
                ? AdapterFit.Problems(foundation.Folder, folders.Adapter(model.Folder))
                : [$"The base model '{model.Base}' is not there."];
            return problems.Count == 0 ? null : string.Join(" ", problems);
        }
        catch (ApiProblem problem) when (!Outage.Is(problem))
        {
            return problem.Message;
        }
    }

    async Task Settle(ModelRow model, string? problem, CancellationToken stop)
    {
        await Outage.Outlast(
            () => database.InTransaction(
                (connection, transaction) => connection.ExecuteAsync(
                    "UPDATE models SET status = @status, failure = @problem, lease = 0 WHERE id = @Id",
                    new { model.Id, problem, status = problem is null ? "Active" : "Failed" },
                    transaction),
                stop),
            node, stop);
        if (problem is not null && Directory.Exists(folders.Adapter(model.Folder)))
        {
            Directory.Delete(folders.Adapter(model.Folder), recursive: true);
        }

        pulse.Beat();
    }
}
