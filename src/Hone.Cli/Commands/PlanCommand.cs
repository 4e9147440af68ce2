using System.CommandLine;
using Hone.Cli.Views;
using Hone.Jobs;

namespace Hone.Cli.Commands;

/// <summary>hone plan [MODEL] JOB: what a job will take in memory and time, before any weight is loaded.</summary>
static class PlanCommand
{
    static readonly Argument<string[]> _files = new("job")
    {
        Description = "The job file (JSON), or a model folder in place of the job's and the job file.",
        Arity = new ArgumentArity(1, 2),
    };

    static readonly Option<int?> _completion = new("--completion-tokens")
    {
        Description = "Tokens that completions are expected to have. Default: a few are sampled from the model where that is quick, else half of inferenceMaxTokens.",
    };

    static readonly Option<int?> _steps = new("--steps") { Description = "maxSteps in place of the job file's." };

    static readonly Option<string?> _memory = new("--memory") { Description = "memoryLimit in place of the job file's, such as 64GB." };

    public static Command Create()
    {
        var command = new Command("plan", "Say what memory and time a job will take, and what to lower if it does not fit.") { _files, _completion, _steps, _memory };
        foreach (var option in PlannedMachine.Options)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    static int Run(ParseResult parsed, CancellationToken stop)
    {
        var output = new Output(parsed);
        PlannedMachine.Require(parsed);
        using var plan = PlannedJob.Open(Job(parsed), PlannedMachine.Threads(parsed));
        PlanView.ShowMemory(plan, output);
        if (plan.Misfit() is { } problem)
        {
            output.Result(PlanView.ToJson(plan, null));
            throw new JobException(plan.Job.Name, [problem]);
        }

        var here = PlannedMachine.Here();
        var rates = PlannedMachine.Rates(parsed, here);
        var rehearsal = Rehearsal.Of(plan, rates, here, parsed.GetValue(_completion), stop);
        PlanView.ShowTime(rehearsal, rates, output);
        output.Result(PlanView.ToJson(plan, rehearsal));
        return HoneCommand.Success;
    }

    static JobSettings Job(ParseResult parsed)
    {
        string[] files = parsed.GetRequiredValue(_files);
        var job = JobFile.Read(files[^1], files.Length == 2 ? files[0] : null);
        job = job with
        {
            MemoryLimit = parsed.GetValue(_memory) ?? job.MemoryLimit,
            HyperParameters = job.HyperParameters with { MaxSteps = parsed.GetValue(_steps) ?? job.HyperParameters.MaxSteps },
        };
        string[] problems = [.. job.Problems()];
        return problems.Length == 0 ? job : throw new JobException(files[^1], problems);
    }
}
