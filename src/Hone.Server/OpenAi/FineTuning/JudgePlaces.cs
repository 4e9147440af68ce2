using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Registry;

namespace Hone.Server.OpenAi.FineTuning;

/// <summary>
/// Says where the model of a <c>score_model</c> or <c>label_model</c> is: on this machine where the server has one of that name, else at OpenAI.
/// </summary>
sealed class JudgePlaces(IModels models, Caller caller, CancellationToken stop)
{
    const string OpenAiKey = "OPENAI_API_KEY";

    /// <summary>Puts the folder of each such model into the grader.</summary>
    /// <exception cref="ApiProblem">A model that nobody can ask.</exception>
    public async Task Resolve(JsonNode? grader, string path)
    {
        if (grader is JsonArray list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                await Resolve(list[i], $"{path}[{i}]");
            }
        }

        if (grader is not JsonObject one)
        {
            return;
        }

        if (Text(one["type"]) is "score_model" or "label_model" && Text(one["model"]) is { } model)
        {
            await Place(one, model, path);
        }

        await Resolve(one["graders"], $"{path}.graders");

        // What a gate guards stands where the gate does for whoever wrote the request.
        await Resolve(one["grader"], path);

        // The members of a multi grader stand below names of their own.
        if (one["type"] is null)
        {
            foreach (var (name, part) in one.Where(member => member.Value is JsonObject && member.Key is not ("grader" or "graders")).ToList())
            {
                await Resolve(part, $"{path}.{name}");
            }
        }
    }

    async Task Place(JsonObject grader, string model, string path)
    {
        if (await Find(model) is { } found)
        {
            grader["modelFolder"] = found.Kind == ModelKind.Base ? found.Folder : throw ApiProblem.Invalid(
                $"{path}.model is '{model}', a tuned model, but a grader's model needs to be a base model of this server or a model at OpenAI.",
                $"{path}.model");
        }
        else if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(OpenAiKey)))
        {
            throw ApiProblem.Invalid(
                $"{path}.model is '{model}', which is no model of this server (GET /v1/models lists them), and the server has no {OpenAiKey} to ask "
                + "OpenAI with.",
                $"{path}.model");
        }
    }

    async Task<ServedModel?> Find(string model)
    {
        try
        {
            return await models.Find(caller, model, stop);
        }
        catch (ApiProblem problem) when (problem.Kind == ProblemKind.NotFound)
        {
            return null;
        }
    }

    static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
