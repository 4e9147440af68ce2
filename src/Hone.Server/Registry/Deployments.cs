using Dapper;
using Hone.Server.Accounts;
using Hone.Server.Store;

namespace Hone.Server.Registry;

/// <summary>Deployments in the database. A request asks for the model once, when it begins; an exchange is one row's new value.</summary>
sealed class Deployments(Database database, TimeProvider clock, IModels models, AuditLog audit) : IDeployments
{
    const string Columns = """
        id AS Id, account AS Account, name AS Name, description AS Description, model AS Model, exchanged_to AS ExchangedTo, created AS Created,
        modified AS Modified
        """;

    public async Task<Deployment> Create(Caller caller, string name, string model, string? description, string? token, CancellationToken stop)
    {
        var target = await Deployable(caller, model, stop);
        string id = Ids.New();
        bool added = await database.InTransaction(
            async (connection, transaction) =>
            {
                await database.Lock(connection, transaction, "models");
                int rows = await connection.ExecuteAsync(
                    """
                    INSERT INTO deployments (id, account, name, description, model, created, modified, token)
                    SELECT @id, @Account, @name, @description, id, @now, @now, @token FROM models WHERE id = @Model
                    ON CONFLICT DO NOTHING
                    """,
                    new { id, caller.Account, name, description, Model = target.Id, now = clock.GetUtcNow().ToUnixTimeMilliseconds(), token },
                    transaction);
                if (rows > 0)
                {
                    await audit.Write(connection, transaction, caller, "deployment.create", id, target.Id);
                }

                return rows > 0;
            },
            stop);
        var row = added || token is null
            ? await Row("account = @Account AND id = @id", new { caller.Account, id }, stop)
            : await Row("account = @Account AND token = @token", new { caller.Account, token }, stop);
        return row?.Deployment() ?? throw ApiProblem.Conflict($"There is a deployment '{name}' already; give this one another name.");
    }

    public async Task<Deployment> Find(Caller caller, string reference, CancellationToken stop)
    {
        string? wanted = ModelReference.Parse(caller, reference) is { } named ? named.Deployment ?? named.Name : null;
        var row = wanted is null ? null : await Row("account = @Account AND (id = @wanted OR name = @wanted)", new { caller.Account, wanted }, stop);
        return row?.Deployment() ?? throw ApiProblem.NotFound($"There is no deployment '{reference}'; the list of deployments names those there are.");
    }

    public async Task<IReadOnlyList<Deployment>> List(Caller caller, CancellationToken stop)
    {
        var rows = await database.Read(
            connection => connection.QueryAsync<DeploymentRow>(new CommandDefinition(
                $"SELECT {Columns} FROM deployments WHERE account = @Account ORDER BY number DESC", new { caller.Account }, cancellationToken: stop)),
            stop);
        return [.. rows.Select(row => row.Deployment())];
    }

    public async Task<Deployment> Exchange(Caller caller, string reference, string model, CancellationToken stop)
    {
        var deployment = await Find(caller, reference, stop);
        var target = await Deployable(caller, model, stop);
        await database.InTransaction(
            async (connection, transaction) =>
            {
                await database.Lock(connection, transaction, "models");
                int rows = await connection.ExecuteAsync(
                    """
                    UPDATE deployments SET model = @Model, exchanged_to = @Model, modified = @now
                    WHERE id = @Id AND EXISTS (SELECT 1 FROM models WHERE id = @Model)
                    """,
                    new { deployment.Id, Model = target.Id, now = clock.GetUtcNow().ToUnixTimeMilliseconds() },
                    transaction);
                if (rows == 0)
                {
                    throw ApiProblem.NotFound($"The deployment '{reference}' or the model '{model}' has just been deleted.");
                }

                await audit.Write(connection, transaction, caller, "deployment.exchange", deployment.Id, target.Id);
                return 0;
            },
            stop);
        return await Find(caller, deployment.Id, stop);
    }

    public async Task Delete(Caller caller, string reference, CancellationToken stop)
    {
        var deployment = await Find(caller, reference, stop);
        await database.InTransaction(
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync("DELETE FROM deployments WHERE id = @Id", new { deployment.Id }, transaction);
                await audit.Write(connection, transaction, caller, "deployment.delete", deployment.Id);
                return 0;
            },
            stop);
    }

    async Task<ServedModel> Deployable(Caller caller, string model, CancellationToken stop)
    {
        var found = await models.Find(caller, model, stop);
        return found switch
        {
            { Kind: ModelKind.Base } => throw ApiProblem.Invalid($"{found.Id} is a base model, which needs no deployment; name a custom model.", "modelArn"),
            { Status: not ModelStatus.Active } => throw ApiProblem.Invalid(
                $"The model {found.Id} is {found.Status.ToString().ToLowerInvariant()}, but needs to be active.", "modelArn"),
            _ => found,
        };
    }

    Task<DeploymentRow?> Row(string where, object values, CancellationToken stop) => database.Read(
        connection => connection.QueryFirstOrDefaultAsync<DeploymentRow>(new CommandDefinition(
            $"SELECT {Columns} FROM deployments WHERE {where}", values, cancellationToken: stop)),
        stop);

    sealed class DeploymentRow
    {
        public required string Id { get; init; }
        public required string Account { get; init; }
        public required string Name { get; init; }
        public string? Description { get; init; }
        public required string Model { get; init; }
        public string? ExchangedTo { get; init; }
        public long Created { get; init; }
        public long Modified { get; init; }

        public Deployment Deployment() => new()
        {
            Id = Id,
            Account = Account,
            Name = Name,
            Description = Description,
            Model = Model,
            Update = ExchangedTo is null ? null : (ExchangedTo, "UpdateCompleted"),
            Status = ModelStatus.Active,
            Created = DateTimeOffset.FromUnixTimeMilliseconds(Created),
            Modified = DateTimeOffset.FromUnixTimeMilliseconds(Modified),
        };
    }
}
