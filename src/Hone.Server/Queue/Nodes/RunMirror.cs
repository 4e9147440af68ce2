using System.Diagnostics;
using System.Threading.Channels;
using Hone.Jobs;
using Hone.Jobs.Engine;
using Hone.Server.Telemetry;
using Hone.Training;

namespace Hone.Server.Queue.Nodes;

/// <summary>
/// Brings what a run has written into its job: metrics and events once each, checkpoints as models, curves for TensorBoard. The run folder is
/// the truth and the job's row says how far it has been read, so a restart at any moment neither loses nor doubles anything.
/// </summary>
sealed class RunMirror(
    JobRow row, JobChanges changes, JobFolders folders, NodeSettings node, CheckpointShelf shelf, HoneMeter meter)
{
    const int LongestMessage = 2048;

    readonly string _run = folders.Run(row.Id);
    readonly RunCurves _curves = new(folders.Run(row.Id));
    int _begun = -1, _steps;
    long _begunAt;

    public RunPosition Position => Read(run => (RunPosition?)new RunPosition(run.Metrics().Count, run.Evaluations().Count, run.CompletionCount())) ?? default;

    /// <summary>Id of the newest checkpoint that is kept, or null.</summary>
    public string? NewestCheckpoint => shelf.Newest;

    /// <summary>The instruction sets that the run began with; null before it began.</summary>
    public string? RecordedTier => Read(run => run.Origin?.InstructionSet);

    /// <summary>Reads the run again and again while it is written, at news and now and then, until <paramref name="stop"/>.</summary>
    public async Task Watch(ChannelReader<TrainingNews> news, CancellationToken stop)
    {
        await Look(news, stop);
        TakeAll(news);
    }

    async Task Look(ChannelReader<TrainingNews> news, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var look = CancellationTokenSource.CreateLinkedTokenSource(stop);
                look.CancelAfter(node.Look);
                await WaitForNews(news, look.Token);
                long began = Stopwatch.GetTimestamp();
                await Catch(isOver: false, stop);

                // However long a run is, reading it takes a small part of the time.
                await Task.Delay(4 * Stopwatch.GetElapsedTime(began), stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is RunException or JobException || Outage.Is(e))
            {
                // The run is being made, or the database is away: the next look reads what this one missed.
                await Task.WhenAny(Task.Delay(node.Look, stop));
            }
            catch (LeaseLostException)
            {
                return;
            }
        }
    }

    /// <summary>Reads all there is. Over: nothing more will come, so nothing is waited for.</summary>
    public async Task Catch(bool isOver, CancellationToken stop)
    {
        if (Open() is not { } open)
        {
            return;
        }

        using var run = open;
        await shelf.Fill(run, isOver, stop);
        var all = run.Metrics();
        var evaluations = run.Evaluations().Where(evaluation => evaluation.Name == "validation").ToDictionary(evaluation => evaluation.Step);
        var told = run.Events();
        if (all.Count > 0 || told.Count > 0)
        {
            await changes.Apply(
                node.By(row.Account), row.Id, job => Change(job, run, all, evaluations, told, isOver), node.Name, stop);
            _curves.Write(run, all, evaluations.Values);
        }

        await shelf.Register(run, all, evaluations, _steps, stop);
    }

    JobChange? Change(
        JobRow job, RunReader run, IReadOnlyList<StepMetrics> all, Dictionary<int, EvaluationSummary> evaluations, IReadOnlyList<RecordedEvent> told,
        bool isOver)
    {
        int? steps = _steps > 0 ? _steps : (int?)job.Steps ?? (isOver && run.IsComplete() ? all.Count : null);
        StepMetrics[] fresh = [.. all.Where(step => step.Step >= job.Step && (isOver || IsReady(step, all, evaluations, run, steps)))];
        // A run that goes on says again what it said at its start, and what the steps say that it does again.
        var known = told.Take((int)job.RunEvents).Select(Identity).ToHashSet();
        RecordedEvent[] events = [.. told.Skip((int)job.RunEvents).Where(one => known.Add(Identity(one)))];
        if (fresh.Length == 0 && told.Count == job.RunEvents && steps == job.Steps)
        {
            return null;
        }

        foreach (var step in fresh)
        {
            meter.Stepped(step);
        }

        return new JobChange
        {
            Step = fresh is [.., var last] ? last.Step + 1 : null,
            Steps = steps,
            TrainedTokens = job.TrainedTokens + fresh.Sum(step => (long)step.PromptTokens + step.CompletionTokens),
            RunEvents = told.Count,
            Crashes = fresh.Length > 0 ? 0 : null,
            Notes =
            [
                .. events.Select(Note),
                .. fresh.Select(step => StepNote.Of(step, steps, evaluations.GetValueOrDefault(step.Step + 1))),
            ],
        };
    }

    // A step's event tells the validation that follows it, so where one may be due it waits for that. News are ahead of what is recorded: the
    // next step's beginning says that there was none only a moment later.
    bool IsReady(StepMetrics step, IReadOnlyList<StepMetrics> all, Dictionary<int, EvaluationSummary> evaluations, RunReader run, int? steps)
    {
        int done = step.Step + 1;
        if (steps is null)
        {
            return false;
        }

        bool mayBeDue = run.Settings.HyperParameters.EvalInterval is not { } interval || done % interval == 0 || done == steps;
        bool wasNone = _begun >= done && Stopwatch.GetElapsedTime(_begunAt) > node.Look;
        return !mayBeDue || evaluations.ContainsKey(done) || wasNone || all[^1].Step > step.Step;
    }

    async Task WaitForNews(ChannelReader<TrainingNews> news, CancellationToken look)
    {
        try
        {
            await news.WaitToReadAsync(look);
            TakeAll(news);
            if (news.Completion.IsCompleted)
            {
                await Task.Delay(Timeout.Infinite, look);
            }
        }
        catch (OperationCanceledException)
        {
            // No news for a while: the folder is looked at all the same.
        }
    }

    void TakeAll(ChannelReader<TrainingNews> news)
    {
        while (news.TryRead(out var one))
        {
            Take(one);
        }
    }

    void Take(TrainingNews news)
    {
        _steps = news.Steps > 0 ? news.Steps : _steps;
        if (news is { Kind: "phase", Text: "sampling" or "training" } && news.Step > _begun)
        {
            (_begun, _begunAt) = (news.Step, Stopwatch.GetTimestamp());
        }
    }

    static (int, string, string) Identity(RecordedEvent told) => (told.Step, told.Kind, told.Message);

    static JobNote Note(RecordedEvent told) => new(
        told.Message.Length <= LongestMessage ? told.Message : told.Message[..(LongestMessage - 1)] + "…",
        told.Kind switch { "warning" or "check" => "warn", "fault" => "error", _ => "info" });

    T? Read<T>(Func<RunReader, T?> read)
    {
        try
        {
            using var run = Open();
            return run is null ? default : read(run);
        }
        catch (RunException)
        {
            return default;
        }
    }

    RunReader? Open() => File.Exists(Path.Combine(_run, "job.json")) && File.Exists(Path.Combine(_run, "run.db")) ? RunReader.Open(_run) : null;
}
