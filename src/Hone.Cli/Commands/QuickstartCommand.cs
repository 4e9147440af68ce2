using System.CommandLine;
using Hone.Jobs;

namespace Hone.Cli.Commands;

/// <summary>hone quickstart: the job of recipes/arithmetic, from the model that ships with Hone to the verdict.</summary>
static class QuickstartCommand
{
    public const string JobPath = "recipes/arithmetic/job.json";

    public static Command Create()
    {
        var seed = new Option<ulong?>("--seed") { Description = "Seed of the run." };
        var steps = new Option<int?>("--steps") { Description = "Training steps." };
        var run = new Option<string?>("--run") { Description = "Folder of the run; must not exist. Default: runs/arithmetic, numbered." };
        var command = new Command("quickstart", "Watch a small model learn arithmetic from a reward, and see the evidence.") { seed, steps, run };
        command.SetAction((parsed, stop) =>
        {
            var settings = JobFile.Read(ShippedFiles.Find(JobPath));
            settings = settings with
            {
                Seed = parsed.GetValue(seed) ?? settings.Seed,
                HyperParameters = settings.HyperParameters with { MaxSteps = parsed.GetValue(steps) ?? settings.HyperParameters.MaxSteps },
            };
            return Task.FromResult(RunSession.Start(settings, parsed.GetValue(run), new Output(parsed), stop, brief: true));
        });
        return command;
    }
}
