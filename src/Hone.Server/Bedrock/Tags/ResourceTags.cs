using Dapper;
using Hone.Server.Accounts;
using Hone.Server.Store;

namespace Hone.Server.Bedrock.Tags;

/// <summary>Names with values that people put on jobs, custom models and deployments, by ARN.</summary>
sealed class ResourceTags(Database database, IAuditLog audit)
{
    /// <summary>Sets tags; others stay.</summary>
    /// <exception cref="ApiProblem">There would be more than a resource can have.</exception>
    public async Task Add(Caller caller, string resource, IReadOnlyDictionary<string, string> tags, CancellationToken stop)
    {
        if (tags.Count == 0)
        {
            return;
        }

        await database.InTransaction(
            async (connection, transaction) =>
            {
                foreach (var (name, value) in tags)
                {
                    await connection.ExecuteAsync(
                        """
                        INSERT INTO tags (account, resource, name, value) VALUES (@Account, @resource, @name, @value)
                        ON CONFLICT (account, resource, name) DO UPDATE SET value = excluded.value
                        """,
                        new { caller.Account, resource, name, value }, transaction);
                }

                long count = await connection.ExecuteScalarAsync<long>(
                    "SELECT count(*) FROM tags WHERE account = @Account AND resource = @resource", new { caller.Account, resource }, transaction);
                return count <= TagList.Most ? count : throw new ApiProblem(
                    ProblemKind.Invalid, $"{resource} would have {count} tags, but may have {TagList.Most}; remove some first.")
                {
                    Code = "TooManyTagsException",
                };
            },
            stop);
        await audit.Write(caller, "tags.add", resource, string.Join(", ", tags.Keys), stop);
    }

    public async Task Remove(Caller caller, string resource, IReadOnlyList<string> names, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        foreach (string name in names)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                "DELETE FROM tags WHERE account = @Account AND resource = @resource AND name = @name", new { caller.Account, resource, name },
                cancellationToken: stop));
        }

        await audit.Write(caller, "tags.remove", resource, string.Join(", ", names), stop);
    }

    public async Task<IReadOnlyList<(string Name, string Value)>> Of(Caller caller, string resource, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        return [.. await connection.QueryAsync<(string, string)>(new CommandDefinition(
            "SELECT name, value FROM tags WHERE account = @Account AND resource = @resource ORDER BY name", new { caller.Account, resource },
            cancellationToken: stop))];
    }

    /// <summary>What is deleted loses its tags.</summary>
    public async Task Forget(Caller caller, string resource, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM tags WHERE account = @Account AND resource = @resource", new { caller.Account, resource }, cancellationToken: stop));
    }

    /// <returns>True for the first caller only: a model's tags come with its job, and the first who asks brings them over.</returns>
    public async Task<bool> IsFirst(Caller caller, string resource, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        return await connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO tagged_models (account, resource) VALUES (@Account, @resource) ON CONFLICT (account, resource) DO NOTHING",
            new { caller.Account, resource }, cancellationToken: stop)) == 1;
    }
}
