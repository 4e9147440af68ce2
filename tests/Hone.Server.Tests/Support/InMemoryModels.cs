using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Registry;

namespace Hone.Server.Tests.Support;

/// <summary>Models in a list; one base model "small" is there from the start.</summary>
sealed class InMemoryModels : IModels
{
    readonly List<ServedModel> _models =
    [
        new() { Id = "small", Kind = ModelKind.Base, Name = "small", Base = "small", Folder = "/models/small", Created = DateTimeOffset.UnixEpoch },
    ];

    public Task<ServedModel> Find(Caller caller, string reference, CancellationToken stop)
    {
        lock (_models)
        {
            return Task.FromResult(_models.Find(model => Sees(caller, model) && (model.Id == reference || model.Name == reference))
                ?? throw new ApiProblem(ProblemKind.NotFound, $"There is no model '{reference}'.") { Parameter = "model", Code = "model_not_found" });
        }
    }

    public Task<Page<ServedModel>> List(Caller caller, ModelQuery query, CancellationToken stop)
    {
        lock (_models)
        {
            var seen = _models.Where(model => Sees(caller, model) && query.Kinds.Contains(model.Kind)).ToList();
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

    public Task<ServedModel> Import(Caller caller, string name, string baseModel, string uri, string? token, CancellationToken stop) =>
        throw new NotSupportedException();

    public async Task Delete(Caller caller, string reference, CancellationToken stop)
    {
        var model = await Find(caller, reference, stop);
        lock (_models)
        {
            _models.Remove(model);
        }
    }

    static bool Sees(Caller caller, ServedModel model) => model.Account is null || model.Account == caller.Account;
}
