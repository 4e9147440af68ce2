using System.Text.Json.Nodes;
using Hone.Server.Files;
using Hone.Server.Queue;
using Hone.Server.Queue.Graders;
using Hone.Server.Registry;

namespace Hone.Server.Runs;

/// <summary>A job laid out in a folder of its own, to be looked at before it is made; gone when disposed.</summary>
sealed class Draft : IDisposable
{
    // Keys of graders that name something on the disk.
    public static readonly string[] GraderPlaces = ["file", "project", "database", "schemaFile", "modelFolder"];

    Draft(string folder) => Folder = folder;

    public string Folder { get; }

    public string JobFile => Path.Combine(Folder, "job.json");

    public static async Task<Draft> Of(Exchange exchange, JobRequest request, ServedModel model)
    {
        GraderFiles.RefuseBuilds(exchange.Caller, request.Settings["grader"], "settings.grader");
        GraderFiles.RefuseBuilds(exchange.Caller, request.Settings["shadowGrader"], "settings.shadowGrader");
        RefusePlaces(request.Settings["grader"], "settings.grader");
        RefusePlaces(request.Settings["shadowGrader"], "settings.shadowGrader");
        var draft = new Draft(Directory.CreateTempSubdirectory("hone-draft-").FullName);
        try
        {
            var job = request.Settings.DeepClone().AsObject();
            await exchange.PlaceJudges(job["grader"], "settings.grader");
            await exchange.PlaceJudges(job["shadowGrader"], "settings.shadowGrader");
            GraderReach.Limit(job["grader"], exchange.Caller, exchange.Service<ServerSettings>());
            GraderReach.Limit(job["shadowGrader"], exchange.Caller, exchange.Service<ServerSettings>());
            job["name"] = "draft";
            job["baseModel"] = model.Folder;
            foreach (var input in request.Inputs)
            {
                string file = await draft.Fetch(exchange, input);
                if (input.Role != "grader")
                {
                    job[$"{input.Role}Data"] = file;
                }
            }

            await File.WriteAllTextAsync(draft.JobFile, job.ToJsonString(), exchange.Stop);
            return draft;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    /// <summary>Fetches a file into the folder.</summary>
    /// <returns>Its path there.</returns>
    public static async Task<string> Fetch(Exchange exchange, string source, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        await using var content = source.StartsWith("s3://", StringComparison.Ordinal)
            ? await exchange.Service<IObjects>().Open(source, exchange.Stop)
            : await exchange.Service<IFiles>().Open(exchange.Caller, source, exchange.Stop);
        await using var file = File.Create(target);
        await content.CopyToAsync(file, exchange.Stop);
        return target;
    }

    /// <exception cref="ApiProblem">A grader names a file of the server's that was not uploaded with the job.</exception>
    public static void RefusePlaces(JsonNode? node, string path)
    {
        if (node is JsonArray items)
        {
            for (int i = 0; i < items.Count; i++)
            {
                RefusePlaces(items[i], $"{path}[{i}]");
            }
        }

        foreach (var (key, value) in node as JsonObject ?? [])
        {
            string? text = value is JsonValue leaf && leaf.TryGetValue(out string? found) ? found : null;
            bool isUploaded = text is not null && text.StartsWith("inputs/grader", StringComparison.Ordinal) && !text.Contains("..", StringComparison.Ordinal);
            if (text is not null && GraderPlaces.Contains(key) && !isUploaded)
            {
                throw ApiProblem.Invalid($"{path}.{key} is '{text}', but a grader can only name what was uploaded with it: inputs/grader and its ending.", $"{path}.{key}");
            }

            RefusePlaces(value, $"{path}.{key}");
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    async Task<string> Fetch(Exchange exchange, JobInput input)
    {
        string name = input.Source.StartsWith("s3://", StringComparison.Ordinal)
            ? input.Source
            : (await exchange.Service<IFiles>().Find(exchange.Caller, input.Source, exchange.Stop)).Name;
        string ending = Path.GetExtension(name) is { Length: > 1 and < 12 } given ? given : ".jsonl";
        string file = $"inputs/{input.Role}{ending}";
        await Fetch(exchange, input.Source, Path.Combine(Folder, file));
        return file;
    }
}
