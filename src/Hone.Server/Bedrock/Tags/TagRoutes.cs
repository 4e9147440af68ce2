using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Bedrock.Reading;
using Hone.Server.Queue;
using Hone.Server.Registry;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Bedrock.Tags;

/// <summary>TagResource, UntagResource, ListTagsForResource.</summary>
sealed class TagRoutes(ResourceTags tags, IJobs jobs, IModels models, IDeployments deployments, Arns arns)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/tagResource", (HttpContext context, TagRoutes bedrock) => bedrock.Tag(context));
        routes.MapPost("/untagResource", (HttpContext context, TagRoutes bedrock) => bedrock.Untag(context));
        routes.MapPost("/listTagsForResource", (HttpContext context, TagRoutes bedrock) => bedrock.List(context));
    }

    async Task Tag(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Write), context.RequestAborted);
        var (arn, added) = await context.ReadForm(form =>
        {
            form.Require("tags", "a list of objects with key and value");
            return (Arn(form), TagList.Read(form, "tags"));
        });
        await tags.Add(caller, await Resource(caller, arn, stop), added, stop);
        await context.Write(200, new JsonObject());
    }

    async Task Untag(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Write), context.RequestAborted);
        var (arn, names) = await context.ReadForm(form =>
        {
            form.Require("tagKeys", "a list of names");
            return (Arn(form), form.Texts("tagKeys", 0, TagList.Most, 128));
        });
        await tags.Remove(caller, await Resource(caller, arn, stop), names, stop);
        await context.Write(200, new JsonObject());
    }

    async Task List(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Read), context.RequestAborted);
        string arn = await context.ReadForm(Arn);
        var found = await tags.Of(caller, await Resource(caller, arn, stop), stop);
        var list = found.Select(tag => new JsonObject { ["key"] = tag.Name, ["value"] = tag.Value });
        await context.Write(200, new JsonObject { ["tags"] = new JsonArray([.. list]) });
    }

    static string Arn(Form form) => form.RequiredText("resourceARN", 20, 1011);

    // The ARN as the server writes it, of a thing that is there and the caller's.
    async Task<string> Resource(Caller caller, string arn, CancellationToken stop)
    {
        switch (arns.Resource(arn, caller.Account)?.Split('/')[0])
        {
            case "model-customization-job":
                return arns.Job(await jobs.Find(caller, arn, stop));
            case "custom-model-deployment":
                return arns.Deployment(await deployments.Find(caller, arn, stop));
            case "custom-model":
                var model = await models.Find(caller, arn, stop);
                await TakeOver(caller, model, stop);
                return arns.Model(model);
            default:
                throw ApiProblem.NotFound($"There is no resource '{arn}' that can have tags: jobs, custom models and deployments of this account can.");
        }
    }

    async Task TakeOver(Caller caller, ServedModel model, CancellationToken stop)
    {
        if (model.Job is { } job && await tags.IsFirst(caller, arns.Model(model), stop))
        {
            await tags.Add(caller, arns.Model(model), TagList.Of((await jobs.Find(caller, job, stop)).Request["customModelTags"]), stop);
        }
    }
}
