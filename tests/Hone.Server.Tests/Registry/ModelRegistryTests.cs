using Hone.Models.Configuration;
using Hone.Server.Accounts;
using Hone.Server.Registry;
using Hone.Server.Tests.Support;
using Hone.Tensors;
using Hone.Tensors.Planning;
using Hone.Training;

namespace Hone.Server.Tests.Registry;

public sealed class ModelRegistryTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task A_tuned_model_has_many_names_for_its_owner_and_none_for_others(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        var models = server.Get<IModels>();
        var tuned = await models.Register(Tuned("abcdefghijkl", ModelKind.Tuned), default);
        var deployment = await server.Get<IDeployments>().Create(QueueServer.Owner, "chat", tuned.Id, null, null, default);

        string own = $"arn:aws:bedrock:us-east-1:{Caller.FirstAccount}:";
        foreach (string reference in new[]
        {
            tuned.Id, "sums", "chat", $"{own}custom-model/arithmetic/abcdefghijkl", $"{own}custom-model-deployment/{deployment.Id}",
        })
        {
            Assert.Equal(tuned.Id, (await models.Find(QueueServer.Owner, reference, default)).Id);
            Assert.Equal("model_not_found", (await Assert.ThrowsAsync<ApiProblem>(() => models.Find(QueueServer.Stranger, reference, default))).Code);
        }
    }

    [Theory]
    [InlineData("arithmetic")]
    [InlineData("arn:aws:bedrock:us-east-1::foundation-model/arithmetic")]
    public async Task A_base_model_belongs_to_everybody(string reference)
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);

        var model = await server.Get<IModels>().Find(QueueServer.Stranger, reference, default);

        Assert.Equal((ModelKind.Base, Path.Combine(QueueServer.Repository, "models", "arithmetic")), (model.Kind, model.Folder));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../models/arithmetic")]
    [InlineData("/etc")]
    [InlineData("")]
    [InlineData("arithmetic\0")]
    [InlineData("arn:aws:bedrock:us-east-1::foundation-model/../arithmetic")]
    [InlineData("arn:aws:bedrock:us-east-1")]
    public async Task A_name_is_no_way_to_other_folders(string reference)
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);

        var problem = await Assert.ThrowsAsync<ApiProblem>(() => server.Get<IModels>().Find(QueueServer.Owner, reference, default));

        Assert.Equal(ProblemKind.NotFound, problem.Kind);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_model_that_is_deployed_is_not_deleted(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        var models = server.Get<IModels>();
        var deployments = server.Get<IDeployments>();
        var first = await models.Register(Tuned("aaaaaaaaaaaa", ModelKind.Tuned), default);
        var second = await models.Register(Tuned("bbbbbbbbbbbb", ModelKind.Tuned), default);
        await deployments.Create(QueueServer.Owner, "chat", first.Id, null, "token", default);

        Assert.Equal(ProblemKind.Conflict, (await Assert.ThrowsAsync<ApiProblem>(() => models.Delete(QueueServer.Owner, first.Id, default))).Kind);
        var exchanged = await deployments.Exchange(QueueServer.Owner, "chat", second.Id, default);
        await models.Delete(QueueServer.Owner, first.Id, default);

        Assert.Equal((second.Id, "UpdateCompleted"), exchanged.Update);
        Assert.Equal(second.Id, (await models.Find(QueueServer.Owner, "chat", default)).Id);
        Assert.Equal(["arithmetic", second.Id], (await models.List(QueueServer.Owner, new ModelQuery(), default)).Items.Select(model => model.Id).Order());
        await Assert.ThrowsAsync<ApiProblem>(() => models.Delete(QueueServer.Owner, "arithmetic", default));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_deployment_is_made_once_for_a_token_and_once_for_a_name(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        var deployments = server.Get<IDeployments>();
        var tuned = await server.Get<IModels>().Register(Tuned("aaaaaaaaaaaa", ModelKind.Tuned), default);

        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => deployments.Create(QueueServer.Owner, "chat", tuned.Id, null, "token", default)));
        var again = await Assert.ThrowsAsync<ApiProblem>(() => deployments.Create(QueueServer.Owner, "chat", tuned.Id, null, "other", default));

        Assert.Single(made.Select(one => one.Id).Distinct());
        Assert.Equal(ProblemKind.Conflict, again.Kind);
        Assert.Empty(await deployments.List(QueueServer.Stranger, default));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task An_adapter_that_fits_its_base_is_brought_along_and_one_that_does_not_fails(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        var models = server.Get<IModels>();
        string bucket = Path.Combine(store.Folder, "buckets", "adapters");
        WriteAdapter(Path.Combine(bucket, "good"));
        WriteAdapter(Path.Combine(bucket, "wrong"), inputs: 7);
        Directory.CreateDirectory(Path.Combine(bucket, "empty"));

        var good = await models.Import(QueueServer.Owner, "good", "arithmetic", "s3://adapters/good", "token", default);
        var same = await models.Import(QueueServer.Owner, "good", "arithmetic", "s3://adapters/good", "token", default);
        var wrong = await models.Import(QueueServer.Owner, "wrong", "arithmetic", "s3://adapters/wrong/", null, default);
        var empty = await models.Import(QueueServer.Owner, "empty", "arithmetic", "s3://adapters/empty/", null, default);

        Assert.Equal(good.Id, same.Id);
        Assert.Null((await Settled(models, good.Id)).Failure);
        Assert.Contains("maps 7", (await Settled(models, wrong.Id)).Failure);
        Assert.Contains("adapter_config.json", (await Settled(models, empty.Id)).Failure);
    }

    static async Task<ServedModel> Settled(IModels models, string id)
    {
        while (true)
        {
            var model = await models.Find(QueueServer.Owner, id, default);
            if (model.Status != ModelStatus.Creating)
            {
                return model;
            }

            await Task.Delay(20);
        }
    }

    static void WriteAdapter(string folder, int? inputs = null)
    {
        Directory.CreateDirectory(folder);
        using var model = LanguageModel.OpenShapes(Path.Combine(QueueServer.Repository, "models", "arithmetic"), new ShapeDevice(Compute.F32));
        var linear = model.Decoder.LinearLayers.First(layer => layer.Module.EndsWith("q_proj", StringComparison.Ordinal));
        int from = inputs ?? linear.Weight.Columns, to = linear.Weight.Rows;
        AdapterFiles.Write(
            folder, new AdapterConfig { Rank = 2, Alpha = 2, TargetModules = ["q_proj"] },
            new Dictionary<string, LoraFactors> { [linear.Module] = new(2, from, to, new float[2 * from], new float[to * 2]) });
    }

    static ServedModel Tuned(string code, ModelKind kind) => new()
    {
        Id = $"ft:arithmetic:{Caller.FirstAccount}:sums:{code}",
        Account = Caller.FirstAccount,
        Kind = kind,
        Name = "sums",
        Base = "arithmetic",
        Folder = "",
        Adapter = $"/nowhere/{code}",
        Created = DateTimeOffset.UtcNow,
    };
}
