using System.Text.Json.Nodes;
using Hone.Server.Queue;

namespace Hone.Server.Runs;

/// <summary>
/// A job as /hone/v1 takes it, to be made or to be checked:
/// <c>{"name":"sums","model":"arithmetic","trainingFile":"file-…","validationFile":null,"testFile":null,"graderFile":null,"settings":{"grader":{…},"hyperParameters":{…}}}</c>.
/// Settings are a job file's, without the model, the data and the name.
/// </summary>
sealed record JobRequest(string Name, string Model, IReadOnlyList<JobInput> Inputs, JsonObject Settings, JsonObject Request)
{
    const int LongestName = 63;

    public static readonly string[] Keys = ["name", "model", "trainingFile", "validationFile", "testFile", "graderFile", "settings"];

    static readonly string[] _ours = ["name", "baseModel", "startAdapter", "trainingData", "validationData", "testData"];

    /// <exception cref="ApiProblem">Something is missing or of the wrong kind.</exception>
    public static JobRequest Read(JsonObject body)
    {
        string name = body.RequiredText("name");
        if (name.Length > LongestName)
        {
            throw ApiProblem.Invalid($"name has {name.Length} characters, but may have {LongestName}.", "name");
        }

        _ = body.RequiredText("trainingFile");
        var settings = body.Object("settings") ?? throw ApiProblem.Invalid("settings is missing; it needs to be an object with at least a grader.", "settings");
        if (_ours.FirstOrDefault(settings.ContainsKey) is { } given)
        {
            throw ApiProblem.Invalid($"settings.{given} is given, but the model, the data and the name stand beside settings.", $"settings.{given}");
        }

        JobInput[] inputs =
        [
            .. new[] { ("training", "trainingFile"), ("validation", "validationFile"), ("test", "testFile"), ("grader", "graderFile") }
                .Select(pair => (Role: pair.Item1, Source: body.Text(pair.Item2)))
                .Where(input => input.Source is { Length: > 0 })
                .Select(input => new JobInput(input.Role, input.Source!)),
        ];
        return new(name, body.RequiredText("model"), inputs, settings, body);
    }

    public NewJob New() => new()
    {
        Api = JobApi.Hone,
        Method = JobMethod.Reinforcement,
        Name = Name,
        Model = Model,
        Inputs = Inputs,
        Settings = Settings.DeepClone().AsObject(),
        Request = Request,
    };
}
