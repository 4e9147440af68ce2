using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Jobs;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Queue;
using Hone.Server.Queue.Inputs;
using Hone.Server.Registry;
using Hone.Training.Data.InvocationLogs;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Bedrock.Support;

/// <summary>Takes a job through its phases as a node would: reads its data with the reader of jobs, grades a round, registers a model.</summary>
sealed class StoryRunner(IServiceProvider services, MemoryJobs jobs, IModels models)
{
    /// <summary>Long enough to be seen.</summary>
    static readonly TimeSpan _phase = TimeSpan.FromMilliseconds(150);

    public DataFileRecords? Read { get; private set; }

    public async Task Run(Caller caller, ServerJob job)
    {
        var start = DateTimeOffset.UtcNow;
        JobPhase going = new(PhaseStatus.InProgress, start, null), done = new(PhaseStatus.Completed, start, start);
        Move(job, JobStatus.Running, going, JobPhase.NotStarted, JobPhase.NotStarted);
        await Task.Delay(_phase);
        try
        {
            Move(job, JobStatus.Running, done, going, JobPhase.NotStarted);
            Read = await Records(job);
            await Task.Delay(_phase);
            Move(job, JobStatus.Running, done, done, going);
            await Grade(job);
            await Task.Delay(_phase);
            var model = await models.Register(
                new()
                {
                    Id = $"ft:{job.BaseModel}:{job.Account}:{job.ModelName}:{Ids.New()}",
                    Account = job.Account,
                    Kind = ModelKind.Tuned,
                    Name = job.ModelName,
                    Base = job.BaseModel,
                    Folder = "/models/small",
                    Adapter = "/runs/a",
                    Job = job.Id,
                    Created = DateTimeOffset.UtcNow,
                },
                CancellationToken.None);
            jobs.Change(job.Id, one => one with { OutputModel = model.Id, Ended = DateTimeOffset.UtcNow });
            Move(job, JobStatus.Completed, done, done, done);
        }
        catch (Exception e)
        {
            jobs.Change(job.Id, one => one with { Failure = new("server_error", e.ToString()) });
            Move(job, JobStatus.Failed, done, done, done);
        }
    }

    void Move(ServerJob job, JobStatus status, JobPhase validation, JobPhase data, JobPhase training) =>
        jobs.Change(job.Id, one => one with { Status = status, Phases = new(validation, data, training) });

    async Task<DataFileRecords> Records(ServerJob job)
    {
        var objects = services.GetRequiredService<IObjects>();
        var input = job.Inputs.Single(one => one.Role == "training");
        string folder = Directory.CreateTempSubdirectory("hone-log-").FullName;
        foreach (string uri in await objects.List(input.Source, CancellationToken.None))
        {
            string path = Path.Combine(folder, uri["s3://".Length..]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var content = await objects.Open(uri, CancellationToken.None);
            await using var file = File.Create(path);
            await content.CopyToAsync(file);
        }

        var config = (JsonObject)input.InvocationLogs!.DeepClone();
        config["invocationLogSource"] = new JsonObject { ["path"] = folder };
        var logs = config.Deserialize<InvocationLogsConfig>(JsonSerializerOptions.Web)!;
        var read = new DataSource([], logs).Read();
        Directory.Delete(folder, recursive: true);
        return new([.. read.Records.Select(record => (record.Messages[^1].Content, record.Reference))], [.. read.Problems.Select(problem => problem.Sentence)]);
    }

    async Task Grade(ServerJob job)
    {
        var settings = job.Settings["grader"]!.DeepClone();
        LambdaPlace.Put(settings, services.GetRequiredService<ServerSettings>().LambdaEndpoint);
        await using var grader = GraderSettings.Parse(settings.ToJsonString()).Build();
        var items = Read!.Prompts.Take(8).Select((prompt, i) => new GradingItem($"p{i}", [], prompt.Text, prompt.Reference, new Dictionary<string, JsonElement>(), Truncated: false));
        var grades = await grader.Grade([.. items], CancellationToken.None);
        if (grades.FirstOrDefault(grade => grade.Fault is not null) is { Fault: { } fault })
        {
            throw new InvalidOperationException(fault.ToString());
        }
    }
}

/// <summary>Prompts with their reference answers, and what was wrong with lines.</summary>
sealed record DataFileRecords(IReadOnlyList<(string Text, string? Reference)> Prompts, IReadOnlyList<string> Problems);
