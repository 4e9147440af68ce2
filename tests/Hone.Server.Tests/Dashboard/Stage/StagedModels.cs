using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Registry;

namespace Hone.Server.Tests.Dashboard.Stage;

/// <summary>The model that ships with Hone and one that was tuned, with a deployment of that.</summary>
sealed class StagedModels : IModels, IDeployments
{
    static readonly DateTimeOffset _made = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    readonly ServedModel[] _models =
    [
        new() { Id = "arithmetic", Kind = ModelKind.Base, Name = "arithmetic", Base = "arithmetic", Folder = RecordedRun.Model, Created = _made.AddDays(-3) },
        new()
        {
            Id = "ft:arithmetic:000000000001:sums:whole1234567", Kind = ModelKind.Tuned, Name = "sums", Base = "arithmetic", Folder = RecordedRun.Model,
            Account = Caller.FirstAccount, Job = "whole1234567", Created = _made,
        },
    ];

    public Task<ServedModel> Find(Caller caller, string reference, CancellationToken stop) =>
        Task.FromResult(_models.FirstOrDefault(model => model.Id == reference) ?? throw ApiProblem.NotFound($"There is no model '{reference}'.", "model"));

    public Task<Page<ServedModel>> List(Caller caller, ModelQuery query, CancellationToken stop) => Task.FromResult(new Page<ServedModel>(_models, false));

    public Task<ServedModel> Register(ServedModel model, CancellationToken stop) => throw new NotSupportedException();

    public Task<ServedModel> Import(Caller caller, string name, string baseModel, string uri, string? token, CancellationToken stop) => throw new NotSupportedException();

    public Task Delete(Caller caller, string reference, CancellationToken stop) => throw new NotSupportedException();

    public Task<Deployment> Create(Caller caller, string name, string model, string? description, string? token, CancellationToken stop) => throw new NotSupportedException();

    Task<Deployment> IDeployments.Find(Caller caller, string reference, CancellationToken stop) => throw new NotSupportedException();

    public Task<IReadOnlyList<Deployment>> List(Caller caller, CancellationToken stop) => Task.FromResult<IReadOnlyList<Deployment>>(
    [
        new() { Id = "d123456789ab", Account = caller.Account, Name = "sums-live", Model = _models[1].Id, Status = ModelStatus.Active, Created = _made, Modified = _made },
    ]);

    public Task<Deployment> Exchange(Caller caller, string reference, string model, CancellationToken stop) => throw new NotSupportedException();
}
