using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Bedrock.Reading;
using Hone.Server.Bedrock.Tags;
using Hone.Server.Registry;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Bedrock.Deployments;

/// <summary>Deployments of custom models: a name to ask, behind which the model can be exchanged.</summary>
sealed class DeploymentRoutes(IDeployments deployments, IModels models, Arns arns, ResourceTags tags)
{
    const string Root = "/model-customization/custom-model-deployments";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Root, (HttpContext context, DeploymentRoutes bedrock) => bedrock.Create(context));
        routes.MapGet(Root, (HttpContext context, DeploymentRoutes bedrock) => bedrock.List(context));
        routes.MapGet(Root + "/{**rest}", (HttpContext context, DeploymentRoutes bedrock) => bedrock.Get(context));
        routes.MapPatch(Root + "/{**rest}", (HttpContext context, DeploymentRoutes bedrock) => bedrock.Update(context));
        routes.MapDelete(Root + "/{**rest}", (HttpContext context, DeploymentRoutes bedrock) => bedrock.Delete(context));
    }

    async Task Create(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Write), context.RequestAborted);
        var (name, model, description, token, given) = await context.ReadForm(form => (
            form.RequiredText("modelDeploymentName", 1, 63, Patterns.ModelName()),
            form.RequiredText("modelArn", 1, 2048),
            form.Text("description", 1, 2048),
            form.Text("clientRequestToken", 1, Patterns.LongestToken, Patterns.Token()),
            TagList.Read(form, "tags")));
        var deployment = await deployments.Create(caller, name, (await Active(caller, model, stop)).Id, description, token, stop);
        await tags.Add(caller, arns.Deployment(deployment), given, stop);
        await context.Write(202, new JsonObject { ["customModelDeploymentArn"] = arns.Deployment(deployment) });
    }

    async Task Get(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Read), context.RequestAborted);
        new Query(context).Finish();
        var deployment = await deployments.Find(caller, context.Reference(), stop);
        var answer = Common(deployment);
        answer["modelDeploymentName"] = deployment.Name;
        answer["description"] = deployment.Description;
        if (deployment.Update is { } update)
        {
            answer["updateDetails"] = new JsonObject { ["modelArn"] = ModelArn(deployment, update.Model), ["updateStatus"] = update.Status };
        }

        await context.Write(200, answer.WithoutNulls());
    }

    async Task List(HttpContext context)
    {
        var caller = context.Caller(KeyScopes.Read);
        var query = new Query(context);
        var (before, after) = (query.Time("createdBefore"), query.Time("createdAfter"));
        string? name = query.Text("nameContains"), model = query.Text("modelArnEquals");
        string? status = query.Choice("statusEquals", "Creating", "Active", "Failed");
        var paging = query.Paging();
        query.Finish();
        var found = (await deployments.List(caller, context.RequestAborted))
            .Where(one => (before is null || one.Created < before) && (after is null || one.Created > after))
            .Where(one => name is null || one.Name.Contains(name, StringComparison.OrdinalIgnoreCase))
            .Where(one => status is null || one.Status.ToString() == status)
            .Where(one => model is null || ModelArn(one, one.Model) == model);
        var (page, next) = paging.Cut(found, one => one.Id);
        await context.Write(200, Paging.Answer(
            "modelDeploymentSummaries",
            page.Select(one =>
            {
                var summary = Common(one);
                summary["customModelDeploymentName"] = one.Name;
                return summary.WithoutNulls();
            }),
            next));
    }

    async Task Update(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Write), context.RequestAborted);
        string model = await context.ReadForm(form => form.RequiredText("modelArn", 1, 2048));
        var deployment = await deployments.Find(caller, context.Reference(), stop);
        deployment = await deployments.Exchange(caller, deployment.Id, (await Active(caller, model, stop)).Id, stop);
        await context.Write(202, new JsonObject { ["customModelDeploymentArn"] = arns.Deployment(deployment) });
    }

    async Task Delete(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Write), context.RequestAborted);
        new Query(context).Finish();
        var deployment = await deployments.Find(caller, context.Reference(), stop);
        await deployments.Delete(caller, deployment.Id, stop);
        await tags.Forget(caller, arns.Deployment(deployment), stop);
        await context.Write(200, new JsonObject());
    }

    async Task<ServedModel> Active(Caller caller, string reference, CancellationToken stop)
    {
        var model = await models.Find(caller, reference, stop);
        return model.Kind == ModelKind.Base
            ? throw ApiProblem.Invalid($"modelArn is '{reference}', a foundation model; it can be asked as it is and needs no deployment.")
            : model.Status != ModelStatus.Active
                ? throw ApiProblem.Invalid($"modelArn is '{reference}', whose status is {model.Status}, but needs to be Active.")
                : model;
    }

    JsonObject Common(Deployment deployment) => new()
    {
        ["customModelDeploymentArn"] = arns.Deployment(deployment),
        ["modelArn"] = ModelArn(deployment, deployment.Model),
        ["createdAt"] = Answers.Time(deployment.Created),
        ["status"] = deployment.Status.ToString(),
        ["lastUpdatedAt"] = Answers.Time(deployment.Modified),
        ["failureMessage"] = deployment.Failure,
    };

    // ft:BASE:ACCOUNT:NAME:…
    string ModelArn(Deployment deployment, string id) =>
        arns.CustomModel(deployment.Account, id.Split(':') is [_, var baseModel, ..] ? baseModel : id, id);
}
