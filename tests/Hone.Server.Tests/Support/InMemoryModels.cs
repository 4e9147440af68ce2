using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Registry;

namespace Hone.Server.Tests.Support;

/// <summary>Models and deployments in lists; a base model "small" is there from the start. References are ids, names, and the ends of ARNs.</summary>
sealed class InMemoryModels : IModels, IDeployments
{
    readonly List<ServedModel> _models =
    [
        new() { Id = "small", Kind = ModelKind.Base, Name = "small", Base = "small", Folder = "/models/small", Created = DateTimeOffset.UnixEpoch },
    ];

    readonly List<Deployment> _deployments = [];
    readonly Dictionary<string, string> _tokens = [];

    public Task<ServedModel> Find(Caller caller, string reference, CancellationToken stop)
    {
        lock (_models)
        {
            string end = reference[(reference.LastIndexOf('/') + 1)..];
            if (_deployments.Find(one => one.Account == caller.Account && (one.Id == end || one.Name == end)) is { } deployment)
            {
                end = deployment.Model;
            }

            bool foreign = reference.StartsWith("arn:", StringComparison.Ordinal) && reference.Split(':')[4] is { Length: > 0 } account && account != caller.Account;
            return Task.FromResult(_models.Find(model => !foreign && (model.Account is null || model.Account == caller.Account)
                    && (model.Id == end || model.Name == end || model.Id.EndsWith(":" + end, StringComparison.Ordinal)))
                ?? throw new ApiProblem(ProblemKind.NotFound, $"There is no model '{reference}'.") { Parameter = "model", Code = "model_not_found" });
        }
    }

    public Task<Page<ServedModel>> List(Caller caller, ModelQuery query, CancellationToken stop)
    {
        lock (_models)
        {
            var seen = _models.Where(model => (model.Account is null || model.Account == caller.Account) && query.Kinds.Contains(model.Kind)
                && (query.NameContains is null || model.Name.Contains(query.NameContains, StringComparison.Ordinal))
                && (query.Base is null || model.Base == query.Base) && (query.Status is null || model.Status == query.Status));
            return Task.FromResult(Pages.Of(seen, query.OldestFirst, query.After, query.Limit, model => model.Id));
        }
    }

    public Task<ServedModel> Register(ServedModel model, CancellationToken stop)
    {
        lock (_models)
        {
            _models.Add(model);
        }

        return Task.FromResult(model);
    }

    public Task<ServedModel> Import(Caller caller, string name, string baseModel, string uri, string? token, CancellationToken stop) => Register(
        new()
        {
            Id = $"ft:{baseModel}:{caller.Account}:{name}:{Ids.New()}",
            Account = caller.Account,
            Kind = ModelKind.Imported,
            Name = name,
            Base = baseModel,
            Folder = "/models/" + baseModel,
            Adapter = uri,
            Created = DateTimeOffset.UtcNow,
        },
        stop);

    public async Task Delete(Caller caller, string reference, CancellationToken stop)
    {
        var model = await Find(caller, reference, stop);
        lock (_models)
        {
            if (_deployments.Exists(one => one.Model == model.Id))
            {
                throw ApiProblem.Conflict($"A deployment uses the model {model.Name}; delete it first.");
            }

            _models.Remove(model);
        }
    }

    public Task<Deployment> Create(Caller caller, string name, string model, string? description, string? token, CancellationToken stop)
    {
        lock (_models)
        {
            if (token is not null && _tokens.TryGetValue(token, out string? made))
            {
                return Task.FromResult(_deployments.Find(one => one.Id == made)!);
            }

            if (_deployments.Exists(one => one.Account == caller.Account && one.Name == name))
            {
                throw ApiProblem.Conflict($"There is a deployment '{name}' already.");
            }

            var deployment = new Deployment
            {
                Id = Ids.New(),
                Account = caller.Account,
                Name = name,
                Description = description,
                Model = model,
                Status = ModelStatus.Active,
                Created = DateTimeOffset.UtcNow,
                Modified = DateTimeOffset.UtcNow,
            };
            _deployments.Add(deployment);
            if (token is not null)
            {
                _tokens[token] = deployment.Id;
            }

            return Task.FromResult(deployment);
        }
    }

    Task<Deployment> IDeployments.Find(Caller caller, string reference, CancellationToken stop)
    {
        lock (_models)
        {
            string end = reference[(reference.LastIndexOf('/') + 1)..];
            return Task.FromResult(_deployments.Find(one => one.Account == caller.Account && (one.Id == end || one.Name == end))
                ?? throw ApiProblem.NotFound($"There is no deployment '{reference}'."));
        }
    }

    public Task<IReadOnlyList<Deployment>> List(Caller caller, CancellationToken stop)
    {
        lock (_models)
        {
            return Task.FromResult<IReadOnlyList<Deployment>>([.. _deployments.Where(one => one.Account == caller.Account).Reverse()]);
        }
    }

    public async Task<Deployment> Exchange(Caller caller, string reference, string model, CancellationToken stop)
    {
        var there = await ((IDeployments)this).Find(caller, reference, stop);
        var changed = there with { Model = model, Update = (model, "UpdateCompleted"), Modified = DateTimeOffset.UtcNow };
        lock (_models)
        {
            _deployments[_deployments.IndexOf(there)] = changed;
        }

        return changed;
    }

    async Task IDeployments.Delete(Caller caller, string reference, CancellationToken stop)
    {
        var there = await ((IDeployments)this).Find(caller, reference, stop);
        lock (_models)
        {
            _deployments.Remove(there);
        }
    }
}
