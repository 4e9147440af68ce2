using System.CommandLine;
using Hone.Jobs;

namespace Hone.Cli.Commands;

/// <summary>hone train JOB: runs a job file.</summary>
static class TrainCommand
{
    public static Command Create()
    {
        var job = new Argument<string>("job") { Description = "The job file (JSON)." };
        var model = new Option<string?>("--model") { Description = "Model folder in place of the job file's." };
        var run = new Option<string?>("--run") { Description = "Folder of the run; must not exist. Default: runs/NAME, numbered." };
        var seed = new Option<ulong?>("--seed") { Description = "Seed in place of the job file's." };
        var steps = new Option<int?>("--steps") { Description = "maxSteps in place of the job file's." };
        var control = new Option<bool>("--control")
        {
            Description = "Control run: the reward is a seeded coin flip, the grader only watches. Nothing should be learnt.",
        };
        var noCheck = new Option<bool>("--no-check") { Description = "Do not try the reward on answers of known worth before training begins." };
        var command = new Command("train", "Fine-tune a model as a job file says.") { job, model, run, seed, steps, control, noCheck };
        command.SetAction((parsed, stop) =>
        {
            var settings = JobFile.Read(parsed.GetRequiredValue(job), parsed.GetValue(model));
            settings = settings with
            {
                Seed = parsed.GetValue(seed) ?? settings.Seed,
                Control = settings.Control || parsed.GetValue(control),
                HyperParameters = settings.HyperParameters with
                {
                    MaxSteps = parsed.GetValue(steps) ?? settings.HyperParameters.MaxSteps,
                },
            };
            return Task.FromResult(RunSession.Start(settings, parsed.GetValue(run), new Output(parsed), stop, check: !parsed.GetValue(noCheck)));
        });
        return command;
    }
}
