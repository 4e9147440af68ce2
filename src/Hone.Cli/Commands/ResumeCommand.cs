using System.CommandLine;

namespace Hone.Cli.Commands;

/// <summary>hone resume RUN: goes on where a run was stopped or killed.</summary>
static class ResumeCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "The run's folder." };
        var other = new Option<bool>("--allow-other-machine")
        {
            Description = "Go on although the run began with other instruction sets: its results are then not those of one machine to the bit.",
        };
        var command = new Command("resume", "Go on with a run that was stopped; it ends as if it had never been.") { run, other };
        command.SetAction((parsed, stop) => Task.FromResult(
            RunSession.Resume(parsed.GetRequiredValue(run), new Output(parsed), stop, parsed.GetValue(other))));
        return command;
    }
}
