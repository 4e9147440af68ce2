using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Jobs;
using Hone.Server.Accounts;
using Hone.Server.Bedrock;
using Hone.Server.Queue.Graders;
using Hone.Server.Registry;

namespace Hone.Server.Queue.Inputs;

/// <summary>Looks at everything of a new job that costs nothing: model, files, settings. What is in the data is read when the job begins.</summary>
sealed class NewJobCheck(IModels models, JobInputs inputs, BucketOwners owners, GraderFiles graders)
{
    static readonly HashSet<string> _roles = ["training", "validation", "test", "grader"];

    /// <returns>The model that is trained.</returns>
    /// <exception cref="ApiProblem">All problems in one message.</exception>
    public async Task<ServedModel> Run(Caller caller, NewJob job, CancellationToken stop)
    {
        List<ApiProblem> problems = [.. Own(job)];
        var model = await Try(problems, () => models.Find(caller, job.Model, stop), "model");
        if (model is { Status: not ModelStatus.Active })
        {
            problems.Add(ApiProblem.Invalid($"The model {model.Id} is {model.Status.ToString().ToLowerInvariant()}, but needs to be active.", "model"));
        }

        List<(JobInput, IReadOnlyList<InputPart>)> found = [];
        foreach (var (input, name) in JobInputs.Named(job.Inputs))
        {
            if (await Try(problems, () => Opened(caller, input, name, stop), input.Role) is { } parts)
            {
                found.Add((input, parts));
            }
        }

        if (job.OutputUri is { } output)
        {
            await Try(problems, () => OwnBucket(caller, output, stop), "outputUri");
        }

        if (model is not null)
        {
            problems.AddRange((await Settings(caller, job, model, found, stop)).Select(problem => ApiProblem.Invalid(problem)));
        }

        return problems switch
        {
            [] => model!,
            [var one] => throw one,
            _ => throw ApiProblem.Invalid($"The job has {problems.Count} problems: {string.Join(" ", problems.Select(problem => problem.Message))}"),
        };
    }

    static IEnumerable<ApiProblem> Own(NewJob job)
    {
        if (job.Name.Length is 0 or > 63)
        {
            yield return ApiProblem.Invalid($"The job's name has {job.Name.Length} characters, but needs 1 to 63.", "name");
        }

        foreach (string role in job.Inputs.Select(input => input.Role).Where(role => !_roles.Contains(role)).Distinct())
        {
            yield return ApiProblem.Invalid($"An input has the role '{role}', but can have training, validation, test or grader.", "inputs");
        }

        if (!job.Inputs.Any(input => input.Role == "training"))
        {
            yield return ApiProblem.Invalid("The job has no training data; give a file of prompts.", "training");
        }

        if (job.Inputs.Count(input => input.Role == "grader") > 1)
        {
            yield return ApiProblem.Invalid("The job has several grader files, but can have one.", "grader");
        }
    }

    async Task<string> OwnBucket(Caller caller, string uri, CancellationToken stop)
    {
        if (!uri.StartsWith("s3://", StringComparison.Ordinal))
        {
            throw ApiProblem.Invalid($"The outputs shall go to '{uri}', but need an address such as s3://bucket/folder/.");
        }

        await owners.Require(caller, BucketOwners.BucketOf(uri), stop);
        return uri;
    }

    async Task<IReadOnlyList<InputPart>> Opened(Caller caller, JobInput input, string name, CancellationToken stop)
    {
        if (input.Source.StartsWith("s3://", StringComparison.Ordinal))
        {
            await OwnBucket(caller, input.Source, stop);
        }

        var parts = await inputs.PartsOf(caller, input, name, stop);
        await using var content = await inputs.Open(caller, parts[0].Source, stop);
        return parts;
    }

    // The readers of job files look at files, too. What the data hold does not matter here, what the grader's program holds does.
    async Task<IReadOnlyList<string>> Settings(
        Caller caller, NewJob job, ServedModel model, IReadOnlyList<(JobInput Input, IReadOnlyList<InputPart> Parts)> found, CancellationToken stop)
    {
        string folder = Directory.CreateTempSubdirectory("hone-job-").FullName;
        try
        {
            foreach (var (input, parts) in found)
            {
                foreach (var part in parts)
                {
                    string path = Path.Combine(folder, "inputs", part.Name);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    await using var file = File.Create(path);
                    if (input.Role == "grader")
                    {
                        await using var content = await inputs.Open(caller, part.Source, stop);
                        await content.CopyToAsync(file, stop);
                    }
                }
            }

            return Problems(caller, folder, JobDocument.Of(
                job.Method, job.Settings, job.Name, model.Folder, model.Adapter, model.Template, model.EndTokens, found, name => Path.Combine("inputs", name)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    IReadOnlyList<string> Problems(Caller caller, string folder, JsonObject document)
    {
        GraderFiles.RefuseBuilds(caller, document["grader"], "grader");
        GraderFiles.RefuseBuilds(caller, document["shadowGrader"], "shadowGrader");
        string path = Path.Combine(folder, "job.json");
        File.WriteAllText(path, document.ToJsonString());
        try
        {
            var job = JobFile.Read(path);
            var context = new GraderContext(folder);
            return
            [
                .. job.Method == TrainingMethod.Supervised ? [] : graders.Problems(caller, job.Grader, "grader", context),
                .. job.ShadowGrader is { } shadow ? graders.Problems(caller, shadow, "shadowGrader", context) : [],
                .. Template(caller, job.Template, folder),
            ];
        }
        catch (JobException refused)
        {
            // What is missing has been said already.
            return [.. refused.Problems.Where(problem => !problem.StartsWith("trainingData is missing", StringComparison.Ordinal))
                .Select(problem => problem.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal))];
        }
    }

    static IEnumerable<string> Template(Caller caller, string? template, string folder)
    {
        if (template is not null && Path.IsPathRooted(template) && !template.StartsWith(folder, StringComparison.Ordinal) && !GraderFiles.IsOwner(caller))
        {
            yield return "template names a file of the server's machine, which only its owner may; name one of the templates that come with Hone.";
        }
    }

    // What cannot be found is a mistake in the request, except for the model, which the request is about.
    static async Task<T?> Try<T>(List<ApiProblem> problems, Func<Task<T>> find, string parameter)
        where T : class
    {
        try
        {
            return await find();
        }
        catch (ApiProblem problem) when (problem.Kind is ProblemKind.Invalid or ProblemKind.NotFound or ProblemKind.Forbidden)
        {
            var kind = problem.Kind == ProblemKind.NotFound && parameter != "model" ? ProblemKind.Invalid : problem.Kind;
            problems.Add(new ApiProblem(kind, problem.Message) { Parameter = problem.Parameter ?? parameter, Code = problem.Code });
            return null;
        }
    }
}
