using Hone.Cli.Views;
using Hone.Jobs;
using Hone.Tensors;
using Hone.Training;

namespace Hone.Cli;

/// <summary>A run in this process, with a view of it on the terminal and the verdict at its end.</summary>
static class RunSession
{
    public static int Start(JobSettings settings, string? folder, Output output, CancellationToken stop)
    {
        string[] problems = [.. settings.Problems()];
        if (problems.Length > 0)
        {
            throw new JobException(settings.Name, problems);
        }

        string path = folder ?? RunFolder.NextFree("runs", settings.Name);
        using var run = RunFolder.Create(path, settings, RunOrigin.Here(Environment.CommandLine));
        return Go(run, output, stop);
    }

    public static int Resume(string folder, Output output, CancellationToken stop)
    {
        using var run = RunFolder.Open(folder);
        return Go(run, output, stop);
    }

    static int Go(RunFolder run, Output output, CancellationToken stop)
    {
        try
        {
            var device = new CpuDevice();
            var result = RunView.Watch(run, device, output, observer =>
            {
                using var runner = new JobRunner(run, device, observer);
                return runner.Run(stop);
            }, stop);
            VerdictView.Show(run, result, output);
            return HoneCommand.Success;
        }
        catch (OperationCanceledException)
        {
            output.Line($"Stopped; nothing is lost. To go on: hone resume {run.Path}");
            return HoneCommand.Interrupted;
        }
        catch (GradingFaultException fault)
        {
            run.Event(0, "fault", fault.Message);
            Console.Error.WriteLine(fault.Message);
            output.Line($"To go on: hone resume {run.Path}");
            return HoneCommand.Failure;
        }
    }
}
