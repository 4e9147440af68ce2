using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Registry;

namespace Hone.Server.Queue.Graders;

/// <summary>
/// Says where the model of a <c>score_model</c> or <c>label_model</c>, or of a judge without an endpoint, is: on this machine where the server has one
/// of that name, else at OpenAI.
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

        if (AsksModel(one) && Text(one["model"]) is { } model)
        {
            await Place(one, model, path);
        }

        // What a gate guards stands where the gate does for whoever wrote the request.
        foreach (var (name, part) in one.Where(member => member.Value is JsonObject or JsonArray && member.Key != "schema").ToList())
        {
            await Resolve(part, name == "grader" ? path : $"{path}.{name}");
        }
    }

    static bool AsksModel(JsonObject grader) => (Text(grader["type"]) ?? Text(grader["kind"])) is "score_model" or "label_model" or "judge"
        && !grader.ContainsKey("modelFolder") && !grader.ContainsKey("endpoint");

    async Task Place(JsonObject grader, string model, string path)
    {
        if (await Find(model) is { } found)
        {
            grader["modelFolder"] = found.Kind == ModelKind.Base ? found.Folder : throw ApiProblem.Invalid(
                $"{path}.model is '{model}', a tuned model, but a grader's model needs to be a base model of this server or a model at OpenAI.",
                $"{path}.model");
        }
        else if (!grader.ContainsKey("apiKey") && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(OpenAiKey)))
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
