using Hone.Server.Accounts;
using Hone.Server.Files;

namespace Hone.Server.Registry;

public enum ModelKind
{
    /// <summary>A folder that the server was started with. Every account sees it.</summary>
    Base,

    /// <summary>What came of a job.</summary>
    Tuned,

    /// <summary>A checkpoint of a job.</summary>
    Checkpoint,

    /// <summary>An adapter that was brought along.</summary>
    Imported,
}

public enum ModelStatus
{
    Active,
    Creating,
    Failed,
}

/// <summary>
/// A model that can be asked for. Ids: a base model's is its folder's name; a tuned one's is <c>ft:BASE:ACCOUNT:NAME:XXXXXXXXXXXX</c> and a
/// checkpoint's that with <c>:ckpt-step-N</c>. The twelve characters at the end are what ARNs end with.
/// </summary>
public sealed record ServedModel
{
    public required string Id { get; init; }

    /// <summary>Null for base models, which belong to all.</summary>
    public string? Account { get; init; }
    public required ModelKind Kind { get; init; }
    public required string Name { get; init; }

    /// <summary>The base model's id; its own for a base model.</summary>
    public required string Base { get; init; }

    /// <summary>Absolute path of the base model's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Absolute path of the adapter's folder.</summary>
    public string? Adapter { get; init; }

    /// <summary>As in the job that made it.</summary>
    public string? Template { get; init; }
    public IReadOnlyList<string> EndTokens { get; init; } = [];

    /// <summary>Id of the job that made it.</summary>
    public string? Job { get; init; }
    public int? Step { get; init; }
    public required DateTimeOffset Created { get; init; }
    public ModelStatus Status { get; init; } = ModelStatus.Active;
    public string? Failure { get; init; }
}

/// <summary>Which models. Null: any.</summary>
public sealed record ModelQuery
{
    public IReadOnlyList<ModelKind> Kinds { get; init; } = [ModelKind.Base, ModelKind.Tuned, ModelKind.Imported];
    public string? NameContains { get; init; }
    public string? Base { get; init; }
    public ModelStatus? Status { get; init; }
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }
    public bool OldestFirst { get; init; }
    public string? After { get; init; }
    public int Limit { get; init; } = 1000;
}

public interface IModels
{
    /// <param name="reference">An id, an ARN of a foundation or custom model or of a deployment, or a custom model's or deployment's name.</param>
    /// <exception cref="ApiProblem">There is none that the caller may see.</exception>
    Task<ServedModel> Find(Caller caller, string reference, CancellationToken stop);

    Task<Page<ServedModel>> List(Caller caller, ModelQuery query, CancellationToken stop);

    /// <summary>Registers what a job made: its best adapter, or a checkpoint of it.</summary>
    Task<ServedModel> Register(ServedModel model, CancellationToken stop);

    /// <summary>Brings an adapter (PEFT) along: objects below <paramref name="uri"/> are copied and checked in the background.</summary>
    Task<ServedModel> Import(Caller caller, string name, string baseModel, string uri, string? token, CancellationToken stop);

    /// <exception cref="ApiProblem">A deployment or a running job uses it.</exception>
    Task Delete(Caller caller, string reference, CancellationToken stop);
}

/// <summary>A name under which a model is asked for, and behind which it can be exchanged.</summary>
public sealed record Deployment
{
    /// <summary>Twelve of [a-z0-9].</summary>
    public required string Id { get; init; }
    public required string Account { get; init; }
    public required string Name { get; init; }
    public string? Description { get; init; }

    /// <summary>Id of the model that answers now.</summary>
    public required string Model { get; init; }

    /// <summary>The last exchange: the model's id and how it went; null without any.</summary>
    public (string Model, string Status)? Update { get; init; }
    public required ModelStatus Status { get; init; }
    public string? Failure { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Modified { get; init; }
}

/// <summary>Deployments. An exchange lets requests that have begun end on the model they began with.</summary>
public interface IDeployments
{
    Task<Deployment> Create(Caller caller, string name, string model, string? description, string? token, CancellationToken stop);
    Task<Deployment> Find(Caller caller, string reference, CancellationToken stop);

    /// <summary>All of the account's, the newest first; the surface filters.</summary>
    Task<IReadOnlyList<Deployment>> List(Caller caller, CancellationToken stop);
    Task<Deployment> Exchange(Caller caller, string reference, string model, CancellationToken stop);
    Task Delete(Caller caller, string reference, CancellationToken stop);
}
