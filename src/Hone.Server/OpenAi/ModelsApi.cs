using System.Text.Json.Nodes;
using Hone.Server.OpenAi.Reading;
using Hone.Server.Registry;

namespace Hone.Server.OpenAi;

/// <summary>Models that can be asked for, base and tuned.</summary>
static class ModelsApi
{
    public static void Map(OpenAiRoutes routes)
    {
        routes.Get("models", List);
        routes.Get("models/{**model}", Retrieve);
        routes.Delete("models/{**model}", Delete);
    }

    static async Task List(HttpContext context)
    {
        new QueryForm(context.Request.Query).Finish();
        var query = new ModelQuery { Status = ModelStatus.Active };
        var data = new JsonArray();
        Files.Page<ServedModel> page;
        do
        {
            page = await context.Service<IModels>().List(context.Reader(), query, context.RequestAborted);
            foreach (var model in page.Items)
            {
                data.Add((JsonNode)ModelObject(model));
            }

            query = query with { After = page.Items.Count > 0 ? page.Items[^1].Id : null };
        }
        while (page.More && page.Items.Count > 0);
        await context.Answer(new JsonObject { ["object"] = "list", ["data"] = data });
    }

    static async Task Retrieve(HttpContext context) =>
        await context.Answer(ModelObject(await context.Service<IModels>().Find(context.Reader(), Reference(context), context.RequestAborted)));

    static async Task Delete(HttpContext context)
    {
        var models = context.Service<IModels>();
        var caller = context.Writer();
        var model = await models.Find(caller, Reference(context), context.RequestAborted);
        if (model.Kind == ModelKind.Base)
        {
            throw new ApiProblem(
                ProblemKind.Forbidden, $"{model.Id} is a base model that the server was started with; only tuned ones can be deleted.")
            {
                Parameter = "model",
                Code = "not_deletable",
            };
        }

        await models.Delete(caller, model.Id, context.RequestAborted);
        await context.Answer(Answers.Deleted(model.Id, "model"));
    }

    // The path holds the id as it is or with its colons escaped, as SDKs write it; routing leaves escaped slashes alone.
    static string Reference(HttpContext context) => Uri.UnescapeDataString(context.Route("model"));

    static JsonObject ModelObject(ServedModel model) => new()
    {
        ["id"] = model.Id,
        ["object"] = "model",
        ["created"] = Answers.Seconds(model.Created),
        ["owned_by"] = model.Account is { } account ? Organization(account) : "hone",
    };

    public static string Organization(string account) => $"org-{account}";
}
