using System.Text.Json;
using Hone.Grading;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Queue.Inputs;
using Hone.Server.Queue.Outputs;

namespace Hone.Server.Queue.Nodes;

/// <summary>Takes one job through its phases, from wherever it stands: validation → data → training → outputs.</summary>
sealed class JobWork(
    JobChanges changes, NodeSettings node, TimeProvider clock, JobPreparation preparation, TrainingPhase training,
    JobResults results, ILogger<JobWork> log)
{
    // A shutdown does not wait for a database that is away: the lease runs out by itself.
    static readonly TimeSpan _patienceAtShutdown = TimeSpan.FromSeconds(5);

    /// <summary>Works until the job has ended, or has to be left to others. Throws nothing: what goes wrong is told to the job.</summary>
    public async Task Run(JobRow row, Lease lease)
    {
        try
        {
            await Work(row, lease);
        }
        catch (LeaseLostException)
        {
            log.LogWarning("The job {Job} is another node's now.", row.Id);
        }
        catch (JobFailedException failed)
        {
            await Persist(lease, () => Fail(row, failed.Failure));
        }
        catch (Exception e) when (e is EnginePausedException or GradingPausedException)
        {
            await Persist(lease, () => Pause(row, e.Message));
        }
        catch (Exception e) when (lease.Token.IsCancellationRequested && e is OperationCanceledException or EngineStoppedException)
        {
            await Persist(lease, () => Leave(row, lease));
        }
        catch (Exception e)
        {
            log.LogError(e, "The job {Job} was interrupted.", row.Id);
            await Persist(lease, () => TryAgain(row, e));
        }
    }

    async Task Work(JobRow row, Lease lease)
    {
        var stop = lease.Token;
        if (row.State != JobStatus.Running)
        {
            // A node died after the job was asked to end: what it left is brought home, and no more is done.
            lease.End(row.State == JobStatus.Stopping ? LeaseEnd.Stop : LeaseEnd.Pause);
            stop.ThrowIfCancellationRequested();
        }

        var phases = JsonSerializer.Deserialize<JobPhases>(row.Phases)!;
        if (phases.Data.Status != PhaseStatus.Completed || !preparation.IsThere(row))
        {
            await Phase(row, phases => phases with { Validation = Begun(phases.Validation) }, "The settings, the data and the grader are tried.", stop);
            var prepared = await preparation.Validate(row, stop);
            await Phase(row, phases => phases with { Validation = Ended(phases.Validation), Data = Begun(phases.Data) }, prepared.Sentence, stop);
            preparation.LayOut(row, prepared);
            await Phase(row, phases => phases with { Data = Ended(phases.Data) }, "The data are laid out.", stop);
        }

        await Phase(row, phases => phases with { Training = Begun(phases.Training) }, null, stop);
        await training.Run(row, lease);
        await results.Complete(row, lease);
        await Persist(lease, () => changes.Apply(
            By(row), row.Id,
            job => JobChange.Move(JobStatus.Completed, Completed(job)) with
            {
                Phases = Phases(job) with { Training = Ended(Phases(job).Training) },
                OutputModel = JobResults.TunedId(row),
            },
            node.Name));
        preparation.Clear(row);
    }

    // A run that ends before its last step has stopped by itself.
    static string Completed(JobRow job) => job.Steps is { } steps && job.Step < steps
        ? $"The job has completed after step {job.Step} of {steps}: the validation reward rose no more."
        : "The job has completed.";

    async Task Leave(JobRow row, Lease lease)
    {
        switch (lease.Why)
        {
            case LeaseEnd.Stop or LeaseEnd.Pause:
                await Rest(row, JobChange.Move(JobStatus.Paused, "The job is paused; it can be resumed."));
                break;
            case LeaseEnd.Shutdown:
                await changes.Apply(
                    By(row), row.Id,
                    job => job.State == JobStatus.Running
                        ? JobChange.Move(JobStatus.Queued, $"The node {node.Name} shuts down; the job waits for a node to go on.")
                        : new JobChange { Lease = DateTimeOffset.UnixEpoch },
                    node.Name);
                break;
        }
    }

    // The grader asks for it until a person has decided, such as a judge whose budget is spent.
    Task Pause(JobRow row, string reason) =>
        Rest(row, JobChange.Move(JobStatus.Paused, $"The job is paused: {reason} It goes on when it is resumed.", "warn"));

    // However it came to rest: a wish to stop may have come until now, and then it is over.
    async Task Rest(JobRow row, JobChange rest)
    {
        string kept = await results.Keep(row, CancellationToken.None) is { } model ? $" Its last checkpoint is {model}." : "";
        bool isOver = false;
        await changes.Apply(
            By(row), row.Id,
            job => (isOver = job.State == JobStatus.Stopping)
                ? JobChange.Move(JobStatus.Stopped, $"The job has stopped.{kept}") with { Phases = Cut(Phases(job), PhaseStatus.Stopped) }
                : rest,
            node.Name);
        if (isOver)
        {
            preparation.Clear(row);
        }
    }

    async Task Fail(JobRow row, JobFailure failure)
    {
        await results.Keep(row, CancellationToken.None);
        await changes.Apply(
            By(row), row.Id,
            job => new JobChange
            {
                To = JobStatus.Failed,
                Failure = failure,
                Notes = [new JobNote(failure.Message, "error")],
                Phases = Cut(Phases(job), PhaseStatus.Failed),
            },
            node.Name);
        preparation.Clear(row);
    }

    // What passes is waited for without an end; what should not happen gets a few chances.
    Task TryAgain(JobRow row, Exception e) => changes.Apply(
        By(row), row.Id,
        job =>
        {
            int failures = (int)job.Crashes + 1;
            if (!Outage.Is(e) && failures >= node.MostCrashes)
            {
                var failure = new JobFailedException("internal_error", $"The job was interrupted {failures} times, the last time by: {e.Message}").Failure;
                return new JobChange
                {
                    To = JobStatus.Failed,
                    Failure = failure,
                    Notes = [new JobNote(failure.Message, "error")],
                    Phases = Cut(Phases(job), PhaseStatus.Failed),
                };
            }

            var wait = node.RetryAfter(failures);
            var sentence = $"The job was interrupted ({e.Message}) and is tried again in {wait.TotalSeconds:0} s.";
            return job.State == JobStatus.Running
                ? JobChange.Move(JobStatus.Queued, sentence, "warn") with { Crashes = failures, NotBefore = clock.GetUtcNow() + wait }
                : new JobChange { Lease = DateTimeOffset.UnixEpoch };
        },
        node.Name);

    async Task Persist(Lease lease, Func<Task> work)
    {
        using var patience = new CancellationTokenSource();
        if (lease.Why == LeaseEnd.Shutdown)
        {
            patience.CancelAfter(_patienceAtShutdown);
        }

        try
        {
            await Outage.Outlast(work, node, patience.Token);
        }
        catch (LeaseLostException)
        {
            log.LogWarning("A job is another node's now.");
        }
        catch (OperationCanceledException)
        {
            log.LogWarning("The database is away at the end; the job's lease runs out by itself.");
        }
    }

    Task Phase(JobRow row, Func<JobPhases, JobPhases> move, string? sentence, CancellationToken stop) => Outage.Outlast(
        () => changes.Apply(
            By(row), row.Id,
            job => new JobChange { Phases = move(Phases(job)), Notes = sentence is null ? [] : [new JobNote(sentence)] },
            node.Name, stop),
        node, stop);

    Caller By(JobRow row) => node.By(row.Account);

    static JobPhases Phases(JobRow row) => JsonSerializer.Deserialize<JobPhases>(row.Phases)!;

    JobPhase Begun(JobPhase phase) => phase.Status == PhaseStatus.InProgress ? phase : Now(phase, PhaseStatus.InProgress);

    JobPhase Ended(JobPhase phase) => Now(phase, PhaseStatus.Completed);

    JobPhase Now(JobPhase phase, PhaseStatus status)
    {
        var now = clock.GetUtcNow();
        return new(status, phase.Started ?? now, now);
    }

    // The phase that the job is in ends with the job.
    JobPhases Cut(JobPhases phases, PhaseStatus end)
    {
        return new(End(phases.Validation), End(phases.Data), End(phases.Training));

        JobPhase End(JobPhase phase) => phase.Status == PhaseStatus.InProgress ? Now(phase, end) : phase;
    }
}
