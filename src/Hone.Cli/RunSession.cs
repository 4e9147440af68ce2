using Hone.Cli.Views;
using Hone.Jobs;
using Hone.Tensors;
using Hone.Training;

namespace Hone.Cli;

/// <summary>A run in this process, with a view of it on the terminal and the verdict at its end.</summary>
static class RunSession
{
    /// <param name="brief">Says less, for somebody who watches for the first time.</param>
    /// <param name="check">Try the reward before training begins.</param>
    public static int Start(JobSettings settings, string? folder, Output output, CancellationToken stop, bool brief = false, bool check = true)
    {
        string[] problems = [.. settings.Problems()];
        if (problems.Length > 0)
        {
            throw new JobException(settings.Name, problems);
        }

        string path = folder ?? RunFolder.NextFree("runs", settings.Name);
        var device = new CpuDevice(settings.Compute);
        using var run = RunFolder.Create(path, settings, RunOrigin.Here(Environment.CommandLine, device));
        JobRunner runner;
        try
        {
            runner = new JobRunner(run, device) { ChecksReward = check };
        }
        catch
        {
            // The folder holds nothing but the job that cannot run; the mended job shall find its name free.
            run.Dispose();
            Directory.Delete(run.Path, recursive: true);
            throw;
        }

        using (runner)
        {
            return Go(run, runner, output, brief, stop);
        }
    }

    /// <param name="allowOtherMachine">Go on although the run began on a machine that computes in another instruction-set tier.</param>
    public static int Resume(string folder, Output output, CancellationToken stop, bool allowOtherMachine = false)
    {
        using var run = RunFolder.Open(folder);
        RunMachine.Check(run, allowOtherMachine);
        using var runner = new JobRunner(run, new CpuDevice(run.Settings.Compute));
        return Go(run, runner, output, brief: false, stop);
    }

    static int Go(RunFolder run, JobRunner runner, Output output, bool brief, CancellationToken stop)
    {
        try
        {
            var result = RunView.Watch(run, runner, output, brief, stop);
            VerdictView.Show(run, result, runner.Memory, output);
            return HoneCommand.Success;
        }
        catch (OperationCanceledException)
        {
            output.Line($"Stopped; nothing is lost. To go on: hone resume {run.Path}");
            return HoneCommand.Interrupted;
        }
        catch (GradingFaultException fault)
        {
            Console.Error.WriteLine(fault.Message);
            output.Line($"To go on: hone resume {run.Path}");
            return HoneCommand.Failure;
        }
        catch (UnstableException unstable)
        {
            Console.Error.WriteLine(unstable.Message);
            output.Line($"What happened: {Path.Combine(run.Path, "report.html")}");
            return HoneCommand.Failure;
        }
    }
}
