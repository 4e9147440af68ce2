using System.Data.Common;
using Hone.Jobs;
using Hone.Server.Files;
using Hone.Server.Queue.Nodes;
using Hone.Server.Registry;

namespace Hone.Server.Queue.Outputs;

/// <summary>What stays of a job: the tuned model or the last checkpoint, and the files that Bedrock lays out.</summary>
sealed class JobResults(
    RunMirrors mirrors, JobFolders folders, IModels models, IObjects objects, ResultFile result, NodeSettings node, TimeProvider clock)
{
    /// <summary>The tuned model's id is known from the start: checkpoints are named after it.</summary>
    public static string TunedId(JobRow row) => $"ft:{row.Spec.BaseModel}:{row.Account}:{row.Spec.ModelName}:{row.Id}";

    public static string CheckpointId(JobRow row, int step) => $"{TunedId(row)}:ckpt-step-{step}";

    /// <summary>What came of a job, or of its run up to a step.</summary>
    public static ServedModel Model(JobRow row, RunReader run, string adapter, DateTimeOffset now, int? step = null) => new()
    {
        Id = step is { } at ? CheckpointId(row, at) : TunedId(row),
        Account = row.Account,
        Kind = step is null ? ModelKind.Tuned : ModelKind.Checkpoint,
        Name = row.Spec.ModelName,
        Base = row.Spec.BaseModel,
        Folder = run.Settings.BaseModel,
        Adapter = adapter,
        Template = run.Settings.Template,
        EndTokens = run.Settings.EndTokens,
        Job = row.Id,
        Step = step,
        Created = now,
    };

    /// <summary>After a run that came to its end.</summary>
    /// <exception cref="JobFailedException">The outputs cannot be written.</exception>
    public async Task Complete(JobRow row, Lease lease)
    {
        await Outage.Outlast(() => mirrors.Of(row).Catch(isOver: true, lease.Token), node, lease.Token);
        lease.Token.ThrowIfCancellationRequested();

        // From here on there is a tuned model: a wish to stop comes too late.
        await RegisterTuned(row, lease.Held);
        await Write(row, lease.Held);
    }

    /// <summary>After a run that was left before its end: registers its last checkpoint and writes what there is.</summary>
    /// <returns>The newest checkpoint's id, or null.</returns>
    public async Task<string?> Keep(JobRow row, CancellationToken stop)
    {
        var mirror = mirrors.Of(row);
        try
        {
            await mirror.Catch(isOver: true, stop);
            await Write(row, stop);
        }
        catch (Exception e) when (e is RunException or JobException or JobFailedException)
        {
            // The run was never begun, or cannot be read, or its outputs have no place any more: the job ends all the same.
        }

        return mirror.NewestCheckpoint;
    }

    async Task RegisterTuned(JobRow row, CancellationToken stop)
    {
        using var run = RunReader.Open(folders.Run(row.Id));
        string copy = folders.Adapter(row.Id);
        if (!Directory.Exists(copy))
        {
            await AdapterCopy.Make(run.BestFolder, copy, stop);
        }

        await Outage.Outlast(() => models.Register(Model(row, run, copy, clock.GetUtcNow()), stop), node, stop);
    }

    async Task Write(JobRow row, CancellationToken stop)
    {
        if (!Directory.Exists(folders.Run(row.Id)))
        {
            return;
        }

        await Outage.Outlast(() => result.Write(row, stop), node, stop);
        using var run = RunReader.Open(folders.Run(row.Id));
        foreach (var (name, text) in MetricFiles.Of(run))
        {
            string local = Path.Combine(folders.Job(row.Id), "outputs", name);
            Directory.CreateDirectory(Path.GetDirectoryName(local)!);
            DurableFolder.WriteFile(local, text);
            if (row.Spec.OutputUri is { } uri)
            {
                await Send($"{uri.TrimEnd('/')}/model-customization-job-{row.Id}/{name}", text, stop);
            }
        }
    }

    async Task Send(string uri, string text, CancellationToken stop)
    {
        const int Tries = 5;
        for (int tries = 1; ; tries++)
        {
            try
            {
                using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
                await objects.Write(uri, content, stop);
                return;
            }
            catch (Exception e) when (e is ApiProblem or DbException || Outage.Is(e))
            {
                if (tries == Tries)
                {
                    throw new JobFailedException("output_not_written", $"The model is trained and kept, but {uri} cannot be written: {e.Message}");
                }

                await Task.Delay(node.RetryAfter(tries), stop);
            }
        }
    }
}
