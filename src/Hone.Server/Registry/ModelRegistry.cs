using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Queue;
using Hone.Server.Store;

namespace Hone.Server.Registry;

/// <summary>Base models from the model folders, tuned ones from the database.</summary>
sealed class ModelRegistry(Database database, TimeProvider clock, JobFolders folders, BaseModels bases, AuditLog audit, Pulse pulse) : IModels
{
    public async Task<ServedModel> Find(Caller caller, string reference, CancellationToken stop) =>
        await TryFind(caller, reference, stop) ?? throw new ApiProblem(
            ProblemKind.NotFound, $"There is no model '{Short(reference)}' that this key may use; the list of models names those there are.")
        {
            Parameter = "model",
            Code = "model_not_found",
        };

    public async Task<Page<ServedModel>> List(Caller caller, ModelQuery query, CancellationToken stop)
    {
        var rows = await database.Read(
            connection => connection.QueryAsync<ModelRow>(new CommandDefinition(
                $"SELECT {ModelRow.Columns} FROM models WHERE account = @Account ORDER BY number DESC", new { caller.Account }, cancellationToken: stop)),
            stop);
        IEnumerable<ServedModel> models = rows.Select(row => row.Model(folders, bases)).Concat(bases.All()).Where(model => Matches(model, query));
        models = query.OldestFirst ? models.Reverse() : models;
        ServedModel[] behind = [.. query.After is { } after ? models.SkipWhile(model => model.Id != after).Skip(1) : models];
        return new(behind.Length > query.Limit ? behind[..query.Limit] : behind, behind.Length > query.Limit);
    }

    public async Task<ServedModel> Register(ServedModel model, CancellationToken stop)
    {
        await database.InTransaction((connection, transaction) => Add(connection, transaction, model, null), stop);
        return (await TryFind(new Caller(model.Account!, "", KeyScopes.None), model.Id, stop))!;
    }

    /// <summary>Registers a model as part of a transaction. One that is there stays as it is.</summary>
    /// <param name="model">Its adapter is a folder of data/models.</param>
    /// <param name="metrics">For a checkpoint: what was measured at it.</param>
    /// <returns>False if it was there.</returns>
    public static async Task<bool> Add(DbConnection connection, DbTransaction transaction, ServedModel model, JsonObject? metrics)
    {
        int added = await connection.ExecuteAsync(
            """
            INSERT INTO models (id, code, account, kind, name, base, folder, template, end_tokens, job, step, metrics, created, status)
            VALUES (@Id, @code, @Account, @kind, @Name, @Base, @folder, @Template, @endTokens, @Job, @step, @metrics, @created, @status)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                model.Id,
                code = CodeOf(model.Id),
                model.Account,
                kind = model.Kind.ToString(),
                model.Name,
                model.Base,
                folder = Path.GetFileName(model.Adapter),
                model.Template,
                endTokens = JsonSerializer.Serialize(model.EndTokens),
                model.Job,
                step = (long?)model.Step,
                metrics = metrics?.ToJsonString(),
                created = model.Created.ToUnixTimeMilliseconds(),
                status = model.Status.ToString(),
            },
            transaction);
        return added > 0;
    }

    public async Task<ServedModel> Import(Caller caller, string name, string baseModel, string uri, string? token, CancellationToken stop)
    {
        var foundation = await Find(caller, baseModel, stop);
        string code = Ids.New(), id = $"ft:{foundation.Base}:{caller.Account}:{name}:{code}";
        await database.InTransaction(
            async (connection, transaction) =>
            {
                int added = await connection.ExecuteAsync(
                    """
                    INSERT INTO models (id, code, account, kind, name, base, folder, end_tokens, created, status, source, token)
                    VALUES (@id, @code, @Account, 'Imported', @name, @Base, @code, '[]', @now, 'Creating', @uri, @token)
                    ON CONFLICT DO NOTHING
                    """,
                    new { id, code, caller.Account, name, foundation.Base, now = clock.GetUtcNow().ToUnixTimeMilliseconds(), uri, token },
                    transaction);
                if (added > 0)
                {
                    await audit.Write(connection, transaction, caller, "model.import", id, uri);
                }

                return 0;
            },
            stop);
        pulse.Beat();
        var row = await Row("account = @Account AND (id = @id OR token = @token)", new { caller.Account, id, token }, stop);
        return row!.Model(folders, bases);
    }

    public async Task Delete(Caller caller, string reference, CancellationToken stop)
    {
        var model = await Find(caller, reference, stop);
        if (model.Kind == ModelKind.Base)
        {
            throw new ApiProblem(ProblemKind.Forbidden, $"{model.Id} is a base model of the server; only who runs the server can remove it.");
        }

        await database.InTransaction(
            async (connection, transaction) =>
            {
                await database.Lock(connection, transaction, "models");
                await RequireUnused(connection, transaction, model);
                await connection.ExecuteAsync("DELETE FROM models WHERE id = @Id", new { model.Id }, transaction);
                await audit.Write(connection, transaction, caller, "model.delete", model.Id);
                return 0;
            },
            stop);
        if (Directory.Exists(model.Adapter))
        {
            Directory.Delete(model.Adapter, recursive: true);
        }
    }

    static async Task RequireUnused(DbConnection connection, DbTransaction transaction, ServedModel model)
    {
        string? deployment = await connection.QueryFirstOrDefaultAsync<string>(
            "SELECT name FROM deployments WHERE model = @Id", new { model.Id }, transaction);
        if (deployment is not null)
        {
            throw ApiProblem.Conflict($"The deployment '{deployment}' uses {model.Id}; exchange its model or delete it first.");
        }

        string? job = await connection.QueryFirstOrDefaultAsync<string>(
            """
            SELECT id FROM jobs WHERE account = @Account AND status NOT IN ('Completed', 'Failed', 'Stopped')
                AND (id = @Job OR document LIKE @mention)
            """,
            new { model.Account, model.Job, mention = $"%\"StartModel\":{JsonSerializer.Serialize(model.Id)}%" },
            transaction);
        if (job is not null)
        {
            throw ApiProblem.Conflict($"The job {job} uses {model.Id}; wait for its end, or stop it first.");
        }
    }

    async Task<ServedModel?> TryFind(Caller caller, string reference, CancellationToken stop)
    {
        if (ModelReference.Parse(caller, reference) is not { } named)
        {
            return null;
        }

        if (named.Base is { } foundation)
        {
            return bases.Find(foundation);
        }

        var row = named switch
        {
            { Code: { } code } => await Row("account = @Account AND code = @code AND kind <> 'Checkpoint'", new { caller.Account, code }, stop),
            { Deployment: { } id } => await Deployed(caller, "id = @wanted", id, stop),
            { Name: var name } => await Row("account = @Account AND id = @name", new { caller.Account, name }, stop),
        };
        return row?.Model(folders, bases) ?? (named.Name is { } text ? await ByName(caller, text, stop) : null);
    }

    // A deployment's name is unique, a model's need not be: the newest is meant.
    async Task<ServedModel?> ByName(Caller caller, string name, CancellationToken stop) =>
        bases.Find(name)
        ?? (await Deployed(caller, "(name = @wanted OR id = @wanted)", name, stop)
            ?? await Row("account = @Account AND (name = @name OR code = @name) AND kind <> 'Checkpoint'", new { caller.Account, name }, stop))
            ?.Model(folders, bases);

    Task<ModelRow?> Deployed(Caller caller, string where, string wanted, CancellationToken stop) => Row(
        $"account = @Account AND id = (SELECT model FROM deployments WHERE account = @Account AND {where})", new { caller.Account, wanted }, stop);

    Task<ModelRow?> Row(string where, object values, CancellationToken stop) => database.Read(
        connection => connection.QueryFirstOrDefaultAsync<ModelRow>(new CommandDefinition(
            $"SELECT {ModelRow.Columns} FROM models WHERE {where} ORDER BY number DESC LIMIT 1", values, cancellationToken: stop)),
        stop);

    static bool Matches(ServedModel model, ModelQuery query) =>
        query.Kinds.Contains(model.Kind)
        && (query.NameContains is null || model.Name.Contains(query.NameContains, StringComparison.OrdinalIgnoreCase))
        && (query.Base is null || model.Base == query.Base)
        && (query.Status is null || model.Status == query.Status)
        && (query.CreatedAfter is null || model.Created > query.CreatedAfter)
        && (query.CreatedBefore is null || model.Created < query.CreatedBefore);

    // Checkpoints are called as their job's model with ":ckpt-step-N" behind.
    static string CodeOf(string id) => id.Split(':')[^1] is var last && last.StartsWith("ckpt-", StringComparison.Ordinal) ? id.Split(':')[^2] : last;

    static string Short(string text) => text.Length <= 200 ? text : text[..197] + "...";
}
