using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Bedrock.Reading;
using Hone.Server.Bedrock.Tags;
using Hone.Server.Files;
using Hone.Server.Queue;
using Hone.Server.Registry;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Bedrock.Models;

/// <summary>Custom models: what came of jobs, and adapters that were brought along.</summary>
sealed class CustomModelRoutes(
    IModels models, IJobs jobs, IObjects objects, CustomModelAnswers answers, Arns arns, ResourceTags tags, BucketOwners owners)
{
    const int LargestConfig = 1 << 20;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/custom-models", (HttpContext context, CustomModelRoutes bedrock) => bedrock.List(context));
        routes.MapPost("/custom-models/create-custom-model", (HttpContext context, CustomModelRoutes bedrock) => bedrock.Import(context));
        routes.MapGet("/custom-models/{**rest}", (HttpContext context, CustomModelRoutes bedrock) => bedrock.Get(context));
        routes.MapDelete("/custom-models/{**rest}", (HttpContext context, CustomModelRoutes bedrock) => bedrock.Delete(context));
    }

    async Task Get(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Read), context.RequestAborted);
        new Query(context).Finish();
        var model = await Find(caller, context.Reference(), stop);
        await context.Write(200, answers.Full(model, await Job(caller, model, stop)));
    }

    async Task Delete(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Write), context.RequestAborted);
        new Query(context).Finish();
        var model = await Find(caller, context.Reference(), stop);
        await models.Delete(caller, model.Id, stop);
        await tags.Forget(caller, arns.Model(model), stop);
        await context.Write(200, new JsonObject());
    }

    async Task List(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Read), context.RequestAborted);
        var query = new Query(context);
        var wanted = new ModelQuery
        {
            Kinds = [ModelKind.Tuned, ModelKind.Imported],
            CreatedBefore = query.Time("creationTimeBefore"),
            CreatedAfter = query.Time("creationTimeAfter"),
            NameContains = query.Text("nameContains"),
            Status = query.Choice("modelStatus", "Active", "Creating", "Failed") is { } status ? Enum.Parse<ModelStatus>(status) : null,
        };
        string?[] bases = [query.Text("baseModelArnEquals"), query.Text("foundationModelArnEquals")];
        bool owned = query.Flag("isOwned") ?? true;
        var paging = query.Paging();
        query.Finish();
        foreach (string arn in bases.OfType<string>())
        {
            owned &= arns.Resource(arn, "") is { } resource && resource.StartsWith("foundation-model/", StringComparison.Ordinal);
            wanted = wanted with { Base = arn[(arn.LastIndexOf('/') + 1)..] };
        }

        owned &= bases.OfType<string>().Distinct().Count() < 2;
        var page = owned
            ? await models.List(caller, wanted with { OldestFirst = paging.Ascending, After = paging.After, Limit = paging.Limit }, stop)
            : new Page<ServedModel>([], false);
        List<JsonObject> summaries = [];
        foreach (var model in page.Items)
        {
            summaries.Add(answers.Summary(model, await Job(caller, model, stop)));
        }

        await context.Write(200, Paging.Answer("modelSummaries", summaries, page.More ? paging.Token(page.Items[^1].Id) : null));
    }

    async Task Import(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Write), context.RequestAborted);
        var (name, uri, token, given) = await context.ReadForm(form =>
        {
            form.Text("roleArn", 1, 2048, Patterns.Role());
            form.Text("modelKmsKeyArn", 1, 2048);
            form.Refuse("customModelDataSource", "is not offered here; give modelSourceConfig.s3DataSource.s3Uri");
            form.Require("modelSourceConfig", "an object with s3DataSource");
            return (
                form.RequiredText("modelName", 1, 63, Patterns.ModelName()),
                form.Object("modelSourceConfig", Source) ?? "",
                form.Text("clientRequestToken", 1, Patterns.LongestToken, Patterns.Token()),
                TagList.Read(form, "modelTags"));
        });
        await owners.Require(caller, BucketOwners.BucketOf(uri), stop);
        var model = await models.Import(caller, name, await BaseOf(caller, uri, stop), uri, token, stop);
        await tags.Add(caller, arns.Model(model), given, stop);
        await context.Write(202, new JsonObject { ["modelArn"] = arns.Model(model) });
    }

    static string? Source(Form config)
    {
        config.RequireOneOf("s3DataSource");
        return config.Object("s3DataSource", source => source.RequiredText("s3Uri", 1, Patterns.LongestUri, Patterns.S3Uri()));
    }

    // An adapter says itself what it belongs to.
    async Task<string> BaseOf(Caller caller, string uri, CancellationToken stop)
    {
        string address = uri.TrimEnd('/') + "/adapter_config.json";
        string? path;
        try
        {
            await using var content = await objects.Open(address, stop);
            byte[] bytes = new byte[LargestConfig];
            int length = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop);
            path = (string?)JsonNode.Parse(bytes.AsSpan(0, length))?["base_model_name_or_path"];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw ApiProblem.Invalid($"{address} is not JSON that can be read; an adapter is a folder as PEFT writes it, with adapter_config.json.");
        }

        string name = path?.TrimEnd('/').Split('/', '\\')[^1] ?? "";
        return name.Length > 0 && await models.FindOrNull(caller, name, stop) is { Kind: ModelKind.Base } model
            ? model.Id
            : throw ApiProblem.Invalid(
                $"{address} names the base model '{path}', but this server has no model '{name}'; put it into a model folder of the server, "
                + "or name another.");
    }

    async Task<ServedModel> Find(Caller caller, string reference, CancellationToken stop)
    {
        var model = await models.Find(caller, reference, stop);
        return model.Kind == ModelKind.Base ? throw ApiProblem.NotFound($"'{reference}' is a foundation model, not a custom model.") : model;
    }

    async Task<ServerJob?> Job(Caller caller, ServedModel model, CancellationToken stop)
    {
        try
        {
            return model.Job is { } job ? await jobs.Find(caller, job, stop) : null;
        }
        catch (ApiProblem problem) when (problem.Kind == ProblemKind.NotFound)
        {
            return null;
        }
    }
}
