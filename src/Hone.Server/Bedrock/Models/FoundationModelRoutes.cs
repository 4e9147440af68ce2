using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Bedrock.Reading;
using Hone.Server.Registry;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Bedrock.Models;

/// <summary>The base models that the server was started with, and provisioned throughput, of which there is none.</summary>
sealed class FoundationModelRoutes(IModels models, Arns arns)
{
    const string Provider = "Hone";

    // Reinforcement has no word here in Bedrock's model; jobs of that type train every base model too.
    const string Customization = "FINE_TUNING";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/foundation-models", (HttpContext context, FoundationModelRoutes bedrock) => bedrock.List(context));
        routes.MapGet("/foundation-models/{**rest}", (HttpContext context, FoundationModelRoutes bedrock) => bedrock.Get(context));
        routes.MapPost("/provisioned-model-throughput", Refuse);
        routes.MapGet("/provisioned-model-throughputs", Nothing);
        routes.MapMethods("/provisioned-model-throughput/{**rest}", ["GET", "PATCH", "DELETE"], Missing);
    }

    async Task List(HttpContext context)
    {
        var caller = context.Caller(KeyScopes.Read);
        var query = new Query(context);
        string? provider = query.Text("byProvider");
        string? customization = query.Choice("byCustomizationType", Customization, "CONTINUED_PRE_TRAINING", "DISTILLATION");
        string? output = query.Choice("byOutputModality", "TEXT", "IMAGE", "EMBEDDING");
        string? inference = query.Choice("byInferenceType", "ON_DEMAND", "PROVISIONED");
        query.Finish();
        bool any = (provider is null || string.Equals(provider, Provider, StringComparison.OrdinalIgnoreCase))
            && customization is null or Customization && output is null or "TEXT" && inference is null or "ON_DEMAND";
        var page = await models.List(caller, new ModelQuery { Kinds = [ModelKind.Base] }, context.RequestAborted);
        await context.Write(200, Paging.Answer("modelSummaries", any ? page.Items.Select(Details) : [], null));
    }

    async Task Get(HttpContext context)
    {
        var caller = context.Caller(KeyScopes.Read);
        new Query(context).Finish();
        string reference = context.Reference();
        var model = await models.Find(caller, reference, context.RequestAborted);
        await context.Write(200, new JsonObject
        {
            ["modelDetails"] = model.Kind == ModelKind.Base ? Details(model) : throw ApiProblem.NotFound($"'{reference}' is no foundation model."),
        });
    }

    JsonObject Details(ServedModel model) => new()
    {
        ["modelArn"] = arns.Foundation(model.Id),
        ["modelId"] = model.Id,
        ["modelName"] = model.Name,
        ["providerName"] = Provider,
        ["inputModalities"] = new JsonArray("TEXT"),
        ["outputModalities"] = new JsonArray("TEXT"),
        ["responseStreamingSupported"] = true,
        ["customizationsSupported"] = new JsonArray(Customization),
        ["inferenceTypesSupported"] = new JsonArray("ON_DEMAND"),
        ["modelLifecycle"] = new JsonObject { ["status"] = "ACTIVE", ["startOfLifeTime"] = Answers.Time(model.Created) },
    };

    static void Refuse(HttpContext context)
    {
        context.Caller(KeyScopes.Write);
        throw ApiProblem.Invalid(
            "Provisioned throughput is not offered: this machine is yours alone. Make a deployment (CreateCustomModelDeployment) and use its ARN as "
            + "modelId, or the custom model's own ARN.");
    }

    static Task Nothing(HttpContext context)
    {
        context.Caller(KeyScopes.Read);
        return context.Write(200, Paging.Answer("provisionedModelSummaries", [], null));
    }

    static void Missing(HttpContext context)
    {
        context.Caller(KeyScopes.Read);
        throw ApiProblem.NotFound($"There is no provisioned model '{context.Reference()}': provisioned throughput is not offered here.");
    }
}
