using System.CommandLine;
using Hone.Cli.Views;
using Hone.Grading;
using Hone.Jobs;
using Hone.Jobs.Checks;
using Hone.Tensors;
using Hone.Training.Judging;

namespace Hone.Cli.Commands;

/// <summary>hone check JOB: tries every part of a job and says what the run will be like.</summary>
static class CheckCommand
{
    static readonly Argument<string> _job = new("job") { Description = "The job file (JSON)." };
    static readonly Option<string?> _model = new("--model") { Description = "Model folder in place of the job file's." };

    public static Command Create()
    {
        var command = new Command("check", "Try data, model, memory and reward of a job, and say what its run will be like.") { _job, _model };
        command.SetAction((parsed, stop) => Run(parsed, stop));
        return command;
    }

    static async Task<int> Run(ParseResult parsed, CancellationToken stop)
    {
        var output = new Output(parsed);
        var job = JobFile.Read(parsed.GetRequiredValue(_job), parsed.GetValue(_model));
        using var plan = PlannedJob.Open(job);
        if (plan.Misfit() is { } problem)
        {
            throw new JobException(job.Name, [problem]);
        }

        var rates = PlannedMachine.Here();
        var rehearsal = Rehearsal.Of(plan, rates, rates, null, stop);
        using var model = plan.Shapes.WithWeights(new CpuDevice(job.Compute));
        await using var grader = job.Grader.BuildGuarded(GraderContext.Here);
        foreach (string note in grader.Notes)
        {
            output.Line(note);
        }

        await using var shadow = job.ShadowGrader?.BuildGuarded(GraderContext.Here, "shadowGrader");
        var report = JobCheck.Run(plan, model, grader, shadow, rates, null, stop);
        CheckView.Show(plan, report, rehearsal, output);
        output.Result(CheckView.ToJson(plan, report, rehearsal));
        return report.Passed ? HoneCommand.Success : HoneCommand.Failure;
    }
}
