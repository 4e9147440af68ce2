using System.Diagnostics;
using Hone.Grading;
using Hone.Jobs.Engine.Serving;
using Hone.Jobs.Supervised;
using Hone.Models.Encryption;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Text;
using Hone.Training;
using Hone.Training.Data;

namespace Hone.Jobs.Engine.Training;

/// <summary>A run in the engine: begun or gone on with, over the weights that serving uses, with an adapter of its own.</summary>
static class EngineRun
{
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    /// <summary>Returns when the run is at its end.</summary>
    /// <exception cref="OperationCanceledException">Stopped; the run can be gone on with.</exception>
    /// <exception cref="EnginePausedException">The run asks for a pause; it can be gone on with.</exception>
    /// <exception cref="EngineRequestException">The job cannot run, or ran into what a person has to mend.</exception>
    /// <exception cref="EngineFailedException">The run folder cannot be used: another process holds it, or the disk is full.</exception>
    public static void Go(TrainRequest request, ServedModels models, Workers workers, Action<TrainingNews> news, CancellationToken stop)
    {
        try
        {
            WaitForFormerHolder(request.RunFolder, stop);
            using var folder = Open(request);
            var job = folder.Settings;
            using var lease = models.Open(job.BaseModel, job.Compute, stop).GetAwaiter().GetResult();
            var device = new CpuDevice(workers, job.Compute);
            var weights = lease.Model.Decoder.View(device);
            var observer = new NewsObserver(news);
            if (job.Method == TrainingMethod.Supervised)
            {
                using var imitation = new SupervisedRunner(folder, device, weights);
                imitation.Run(observer, stop);
            }
            else
            {
                using var runner = new JobRunner(folder, device, weights);
                runner.Run(observer, stop);
            }
        }
        catch (Exception problem) when (Told(problem) is { } told)
        {
            throw told;
        }
        finally
        {
            FreedMemory.GiveBack();
        }
    }

    // An engine whose server died stops its runs at their next safe point.
    static void WaitForFormerHolder(string run, CancellationToken stop)
    {
        for (var watch = Stopwatch.StartNew(); RunLock.IsHeld(run) && watch.Elapsed < _patience;)
        {
            stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(200));
            stop.ThrowIfCancellationRequested();
        }
    }

    static RunFolder Open(TrainRequest request)
    {
        if (!File.Exists(Path.Combine(request.RunFolder, RunFiles.Job)))
        {
            var settings = JobFile.Read(request.JobFile);
            return RunFolder.Create(request.RunFolder, settings, RunOrigin.Here(device: new CpuDevice(settings.Compute)));
        }

        var run = RunFolder.Open(request.RunFolder);
        try
        {
            RunMachine.Check(run, request.AllowOtherMachine);
            return run;
        }
        catch (RunException problem)
        {
            run.Dispose();
            throw new EngineRequestException([problem.Message]);
        }
    }

    static Exception? Told(Exception problem) => problem switch
    {
        JobException job => new EngineRequestException(job.Problems),
        DataFileException or ModelFileException or TokenizerException or ChatTemplateException
            or TrainingException => new EngineRequestException([problem.Message]),
        GradingPausedException => new EnginePausedException(problem.Message),
        RunException or EncryptionException => new EngineFailedException(problem.Message, problem),
        OutOfMemoryException => new EngineFailedException("There is not enough memory for this run; hone plan says which setting to lower.", problem),
        _ => null,
    };
}
