using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.OpenAi.Reading;
using Hone.Server.Queue;
using Hone.Server.Queue.Graders;
using Hone.Server.Registry;

namespace Hone.Server.OpenAi.FineTuning;

/// <summary>Graders, tried before a job.</summary>
static class GradersApi
{
    public static void Map(OpenAiRoutes routes)
    {
        routes.Post("fine_tuning/alpha/graders/run", Run);
        routes.Post("fine_tuning/alpha/graders/validate", Validate);
    }

    static async Task Validate(HttpContext context)
    {
        var caller = context.Reader();
        var grader = await context.ReadJson(Grader);
        await Judges(context, caller).Resolve(grader.DeepClone(), "grader");
        await context.Answer(new JsonObject { ["grader"] = grader });
    }

    static async Task Run(HttpContext context)
    {
        var caller = context.Caller(KeyScopes.Infer);
        var (grader, sample, item) = await context.ReadJson(form => (Grader(form), Sample(form), Item(form)));
        var resolved = grader.DeepClone().AsObject();
        await Judges(context, caller).Resolve(resolved, "grader");
        var trial = await context.Service<IGraderTrial>().Run(caller, resolved, item, sample, context.RequestAborted);
        await context.Answer(GraderRunObject.Of(grader, trial));
    }

    static JsonObject Grader(JsonForm form)
    {
        form.Require("grader", "an object such as {\"type\":\"string_check\",…}");
        return GraderShape.Read(form, "grader") ?? [];
    }

    // An empty answer is one that a grader has to bear.
    static string Sample(JsonForm form) => form.RequiredText("model_sample", "the answer to grade, a text");

    static JsonObject? Item(JsonForm form)
    {
        if (form.Any("item") is not { } item)
        {
            return null;
        }

        if (item.ValueKind != JsonValueKind.Object)
        {
            form.WrongType("item", item, "an object, the record that the answer belongs to");
            return null;
        }

        return JsonObject.Create(item.Clone());
    }

    static JudgePlaces Judges(HttpContext context, Caller caller) => new(context.Service<IModels>(), caller, context.RequestAborted);
}
