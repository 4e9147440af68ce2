using Hone.Jobs;
using Hone.Jobs.Supervised;
using Hone.Server.Inference;
using Hone.Server.Queue;
using Hone.Server.Registry;
using Hone.Server.Tests.Support;
using Hone.Tensors;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Dashboard.Stage;

/// <summary>A server with jobs to look at: two that are done, one that waits, one that failed, and one that can be made to go on.</summary>
sealed class StagedServer : IAsyncDisposable
{
    public const string Done = "whole1234567", Other = "other1234567", Waiting = "waits1234567", Failed = "fails1234567", Growing = "grows1234567";
    public const string Imitating = "imits1234567";
    public const int Steps = 60, GrowingSteps = 40;

    readonly TestServer _server;
    readonly string _folder;

    StagedServer(TestServer server, StagedJobs jobs, string folder) => (_server, Jobs, _folder) = (server, jobs, folder);

    public StagedJobs Jobs { get; }

    public HttpClient Client => _server.Client;

    public string Key => _server.Key.Bearer;

    public TestServer Server => _server;

    public static async Task<StagedServer> Start()
    {
        string folder = Directory.CreateTempSubdirectory("hone-stage-").FullName;
        var jobs = new StagedJobs(folder);
        RecordedRun.Whole(jobs.Add(Other, "sums-faster", JobStatus.Completed, Steps, Steps).RunFolder, Steps, seed: 2, learningRate: 1e-3f);
        jobs.Add(Failed, "essays", JobStatus.Failed, 3, 80);
        jobs.Add(Waiting, "poems", JobStatus.Queued, 0, null);
        RecordedRun.Whole(jobs.Add(Done, "sums", JobStatus.Completed, Steps, Steps).RunFolder, Steps);
        foreach (string sentence in (string[])["The settings, data and grader were tried.", "Training began.", "Validation reward 0.78 after step 20.", "The job is done."])
        {
            jobs.Tell(Done, "info", sentence);
        }

        var models = new StagedModels();
        var server = await TestServer.Start(replace: services => services
            .AddSingleton<IJobs>(jobs)
            .AddSingleton<IGraderTrial>(new StagedTrial())
            .AddSingleton<IModels>(models)
            .AddSingleton<IDeployments>(models)
            .AddSingleton<IInference>(new StagedInference()));
        return new(server, jobs, folder);
    }

    /// <summary>A run that has begun; each call of the returned action records a step more.</summary>
    public (RunFolder Folder, Action<int> Record) Grow()
    {
        var job = Jobs.Add(Growing, "sums-live", JobStatus.Running, 0, GrowingSteps);
        var run = new RecordedRun(job.RunFolder, seed: 3);
        var folder = run.Begin();
        return (folder, step =>
        {
            run.Step(folder, step, GrowingSteps);
            Jobs.Move(Growing, JobStatus.Running, step + 1);
            Jobs.Tell(Growing, "info", $"Step {step + 1} of {GrowingSteps} is done.");
        }
        );
    }

    /// <summary>A supervised run of twelve steps, truly trained.</summary>
    public void Imitate()
    {
        var job = Jobs.Add(Imitating, "figs", JobStatus.Completed, 12, 12);
        Jobs.Imitates(Imitating);
        string records = Path.Combine(_folder, "records.jsonl");
        File.WriteAllLines(records, Enumerable.Range(1, 20).Select(i =>
            $$"""{"messages":[{"role":"user","content":"Ann has {{i}} figs."},{"role":"assistant","content":"{{i}} figs."}]}"""));
        using var run = RunFolder.Create(job.RunFolder, new JobSettings
        {
            Name = "figs",
            Method = TrainingMethod.Supervised,
            BaseModel = RecordedRun.Model,
            TrainingData = records,
            ValidationShare = 0.2,
            HyperParameters = new() { BatchSize = 4, EpochCount = 3, EvalInterval = 3, LoraRank = 2, LearningRate = 3e-3f },
        });
        using var runner = new SupervisedRunner(run, new CpuDevice(run.Settings.Compute));
        runner.Run(null, default);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
