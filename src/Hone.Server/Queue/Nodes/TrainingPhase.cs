using System.Threading.Channels;
using Hone.Jobs;
using Hone.Jobs.Engine;

namespace Hone.Server.Queue.Nodes;

/// <summary>The engine was told to stop and died over it; the run keeps what it has.</summary>
sealed class EngineStoppedException(Exception inner) : Exception(inner.Message, inner);

/// <summary>Lets the engine train, from the run's last checkpoint each time, until it is done; its deaths are events.</summary>
sealed class TrainingPhase(Func<IEngine> engine, JobChanges changes, JobFolders folders, NodeSettings node, RunMirrors mirrors)
{
    public async Task Run(JobRow row, Lease lease)
    {
        var mirror = mirrors.Of(row);
        await Begin(row, mirror, lease.Token);
        var crashes = new CrashCount(node);
        while (true)
        {
            await WaitUntilFree(row, lease.Token);
            try
            {
                await Train(row, mirror, lease.Token);
                return;
            }
            catch (EngineRequestException refused)
            {
                throw new JobFailedException("training_failed", folders.Plain(row.Id, refused.Message));
            }
            catch (EngineFailedException died)
            {
                if (lease.Token.IsCancellationRequested)
                {
                    throw new EngineStoppedException(died);
                }

                await (IsDiskFull(died) ? WaitForRoom(row, died, lease.Token) : AfterCrash(row, crashes, mirror.Position, died, lease.Token));
            }
        }
    }

    // The run goes on only where it computes the same: elsewhere its bits would differ.
    async Task Begin(JobRow row, RunMirror mirror, CancellationToken stop)
    {
        string? tier = mirror.RecordedTier;
        bool differs = tier is not null && tier != node.Tier;
        if (differs && row.AnyTier == 0)
        {
            await changes.Apply(
                node.By(row.Account), row.Id,
                _ => JobChange.Move(JobStatus.Queued, $"The run began with {tier} instructions and this node has {node.Tier}; it waits for another.", "warn") with
                {
                    Tier = tier,
                },
                node.Name, stop);
            throw new LeaseLostException(row.Id);
        }

        var note = new JobNote($"The run began with {tier} instructions and goes on with {node.Tier}, as the job allows; its last bits may differ.", "warn");
        await changes.Apply(
            node.By(row.Account), row.Id, _ => new JobChange { Tier = tier ?? node.Tier, Notes = differs ? [note] : [] }, node.Name, stop);
    }

    async Task Train(JobRow row, RunMirror mirror, CancellationToken stop)
    {
        var news = Channel.CreateUnbounded<TrainingNews>();
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watch = mirror.Watch(news.Reader, watching.Token);
        try
        {
            var request = new TrainRequest { RunFolder = folders.Run(row.Id), JobFile = folders.JobFile(row.Id), AllowOtherMachine = row.AnyTier == 1 };
            await engine().Train(request, one => news.Writer.TryWrite(one), stop);
        }
        finally
        {
            news.Writer.Complete();
            await watching.CancelAsync();
            await watch;
        }
    }

    // In the words of a run folder that cannot be written. However long it takes, the run can go on afterwards.
    static bool IsDiskFull(EngineFailedException died) => died.Message.Contains("the disk is full", StringComparison.Ordinal);

    async Task WaitForRoom(JobRow row, EngineFailedException died, CancellationToken stop)
    {
        await Tell(row, $"{died.Message} The job is tried again in {node.LongestRetry.TotalSeconds:0} s.", stop);
        await Task.Delay(node.LongestRetry, stop);
    }

    Task Tell(JobRow row, string sentence, CancellationToken stop) => Outage.Outlast(
        () => changes.Apply(node.By(row.Account), row.Id, _ => new JobChange { Notes = [new JobNote(sentence, "warn")] }, node.Name, stop), node, stop);

    async Task AfterCrash(JobRow row, CrashCount crashes, RunPosition at, EngineFailedException died, CancellationToken stop)
    {
        if (crashes.Take(at))
        {
            throw new JobFailedException(
                "engine_crashed", $"The engine died {crashes.Count} times in a row without any progress of the run, the last time so: {died.Message}");
        }

        var wait = node.RetryAfter(crashes.Count);
        await Tell(row, $"The engine died ({died.Message}); the run goes on from its last checkpoint in {wait.TotalSeconds:0.#} s.", stop);
        await Task.Delay(wait, stop);
    }

    // The engine of a server that was killed may outlive it for a moment, with the run in its hands.
    async Task WaitUntilFree(JobRow row, CancellationToken stop)
    {
        while (RunFolder.IsHeld(folders.Run(row.Id)))
        {
            await Task.Delay(node.Look, stop);
        }
    }
}
