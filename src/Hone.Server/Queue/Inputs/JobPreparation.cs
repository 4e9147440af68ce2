using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Models.Encryption;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Queue.Graders;
using Hone.Server.Queue.Nodes;
using Hone.Server.Registry;
using Hone.Training.Data;

namespace Hone.Server.Queue.Inputs;

/// <summary>What a job is to be run from, tried and found good.</summary>
sealed record PreparedJob(JsonObject Document, string Sentence);

/// <summary>Fetches what a job reads, tries it, and writes the job file that the run begins with.</summary>
sealed class JobPreparation(JobFolders folders, JobInputs inputs, IModels models, IObjects objects, ServerSettings settings)
{
    const string GraderRole = "grader";

    readonly bool _encrypts = EncryptionKey.Find(settings.EncryptionKeyFile) is not null;

    /// <summary>Whether a run could begin or go on with what is there.</summary>
    public bool IsThere(JobRow row) => File.Exists(folders.JobFile(row.Id)) && Directory.Exists(folders.Inputs(row.Id));

    /// <exception cref="JobFailedException">The job's own mistake.</exception>
    /// <exception cref="ApiProblem">Something that the job needs is away for the moment.</exception>
    public async Task<PreparedJob> Validate(JobRow row, CancellationToken stop)
    {
        // Who named the files was asked when the job was made; here it is the server that reads them.
        var caller = new Caller(row.Account, "node", KeyScopes.All);
        var spec = row.Spec;
        try
        {
            if (spec.OutputUri is { } uri)
            {
                await objects.CheckWritable(uri, stop);
            }

            var document = await Document(row, caller, await Fetch(row, caller, stop), stop);
            return new(document, await Try(row, document, stop));
        }
        catch (ApiProblem problem) when (problem.Kind is not (ProblemKind.Unavailable or ProblemKind.TooMany))
        {
            throw new JobFailedException("invalid_input", problem.Message);
        }
    }

    public void LayOut(JobRow row, PreparedJob prepared)
    {
        DurableFolder.FlushFolder(folders.Inputs(row.Id));
        DurableFolder.WriteFile(folders.JobFile(row.Id), prepared.Document.ToJsonString(new() { WriteIndented = true }));
    }

    /// <summary>After the job's end: what is encrypted elsewhere does not stay in clear.</summary>
    public void Clear(JobRow row)
    {
        if (_encrypts && Directory.Exists(folders.Inputs(row.Id)))
        {
            Directory.Delete(folders.Inputs(row.Id), recursive: true);
        }
    }

    async Task<IReadOnlyList<(JobInput Input, IReadOnlyList<InputPart> Parts)>> Fetch(JobRow row, Caller caller, CancellationToken stop)
    {
        var found = await inputs.Find(caller, row.Spec.Inputs, stop);
        string folder = folders.Inputs(row.Id), aside = folder + ".part";
        if (Directory.Exists(folder))
        {
            return found;
        }

        if (Directory.Exists(aside))
        {
            Directory.Delete(aside, recursive: true);
        }

        Private(Path.GetDirectoryName(aside)!);
        Private(aside);
        foreach (var (input, part) in found.SelectMany(one => one.Parts.Select(part => (one.Input, part))))
        {
            string path = Path.Combine(aside, part.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var content = await inputs.Open(caller, part.Source, stop);
            // Graders are programs of their own, which have no key.
            await using (var file = input.Role == GraderRole ? File.Create(path) : SealedFile.Create(path))
            {
                await content.CopyToAsync(file, stop);
            }

            DurableFolder.FlushFile(path);
        }

        Directory.Move(aside, folder);
        return found;
    }

    async Task<JsonObject> Document(
        JobRow row, Caller caller, IReadOnlyList<(JobInput Input, IReadOnlyList<InputPart> Parts)> found, CancellationToken stop)
    {
        var spec = row.Spec;
        var model = await models.Find(caller, spec.StartModel ?? spec.BaseModel, stop);
        var document = JobDocument.Of(
            spec.Method, spec.Settings, row.Name, model.Folder, model.Adapter, model.Template, model.EndTokens, found, name => Path.Combine(folders.Inputs(row.Id), name));
        GraderReach.Limit(document["grader"], caller, settings);
        GraderReach.Limit(document["shadowGrader"], caller, settings);
        return document;
    }

    async Task<string> Try(JobRow row, JsonObject document, CancellationToken stop)
    {
        string path = folders.JobFile(row.Id) + ".tried";
        SealedFile.WriteAllText(path, document.ToJsonString());
        try
        {
            var job = JobFile.Read(path);
            return row.Spec.Method == JobMethod.Supervised ? $"The job is valid: {Supervised(job)}." : $"The job is valid: {await Reinforcement(job, stop)}";
        }
        catch (JobException refused)
        {
            throw new JobFailedException("invalid_job", folders.Plain(row.Id, string.Join(" ", refused.Problems)));
        }
        catch (DataFileException refused)
        {
            throw new JobFailedException("invalid_data", folders.Plain(row.Id, refused.Message));
        }
        finally
        {
            File.Delete(path);
        }
    }

    static async Task<string> Reinforcement(JobSettings job, CancellationToken stop)
    {
        var records = JobRecords.Read(job);
        string answer = await GraderCheck.Try(job, records, stop);
        return $"{Sizes("prompts", (records.Training.Count, "training"), (records.Validation.Count, "validation"), (records.Test.Count, "test"))}; {answer}";
    }

    static string Supervised(JobSettings job) => Sizes(
        "records",
        (DataFile.ReadSupervised(job.TrainingData.Files).RecordsOrThrow().Count, "training"),
        (job.ValidationData is { } data ? DataFile.ReadSupervised(data.Files).RecordsOrThrow().Count : 0, "validation"));

    static string Sizes(string of, params (int Count, string Name)[] sets) =>
        string.Join(", ", sets.Where(set => set.Count > 0).Select(set => $"{set.Count:N0} {set.Name} {of}"));

    static void Private(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
