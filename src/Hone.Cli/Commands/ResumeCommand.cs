using System.CommandLine;

namespace Hone.Cli.Commands;

/// <summary>hone resume RUN: goes on where a run was stopped or killed.</summary>
static class ResumeCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "The run's folder." };
        var command = new Command("resume", "Go on with a run that was stopped; it ends as if it had never been.") { run };
        command.SetAction((parsed, stop) => Task.FromResult(RunSession.Resume(parsed.GetRequiredValue(run), new Output(parsed), stop)));
        return command;
    }
}
