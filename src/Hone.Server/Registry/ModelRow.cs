using System.Text.Json;
using Hone.Server.Queue;

namespace Hone.Server.Registry;

/// <summary>A tuned model as the database has it.</summary>
sealed class ModelRow
{
    public const string Columns = """
        number AS Number, id AS Id, code AS Code, account AS Account, kind AS Kind, name AS Name, base AS Base, folder AS Folder,
        template AS Template, end_tokens AS EndTokens, job AS Job, step AS Step, created AS Created, status AS Status, failure AS Failure,
        source AS Source
        """;

    public long Number { get; init; }
    public required string Id { get; init; }
    public required string Code { get; init; }
    public required string Account { get; init; }
    public required string Kind { get; init; }
    public required string Name { get; init; }
    public required string Base { get; init; }
    public required string Folder { get; init; }
    public string? Template { get; init; }
    public required string EndTokens { get; init; }
    public string? Job { get; init; }
    public long? Step { get; init; }
    public long Created { get; init; }
    public required string Status { get; init; }
    public string? Failure { get; init; }
    public string? Source { get; init; }

    /// <param name="folders">Where adapters are on this node.</param>
    /// <param name="bases">The base models of this node; a model whose base is not here has failed, as far as this node goes.</param>
    public ServedModel Model(JobFolders folders, BaseModels bases)
    {
        var foundation = bases.Find(Base);
        return new ServedModel
        {
            Id = Id,
            Account = Account,
            Kind = Enum.Parse<ModelKind>(Kind),
            Name = Name,
            Base = Base,
            Folder = foundation?.Folder ?? "",
            Adapter = folders.Adapter(Folder),
            Template = Template,
            EndTokens = JsonSerializer.Deserialize<string[]>(EndTokens)!,
            Job = Job,
            Step = (int?)Step,
            Created = DateTimeOffset.FromUnixTimeMilliseconds(Created),
            Status = foundation is null ? ModelStatus.Failed : Enum.Parse<ModelStatus>(Status),
            Failure = foundation is null ? $"Its base model '{Base}' is not in the server's model folders." : Failure,
        };
    }
}
