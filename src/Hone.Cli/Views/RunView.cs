using Hone.Jobs;
using Spectre.Console;

namespace Hone.Cli.Views;

/// <summary>Shows a run while it goes on: a live panel on a terminal, plain lines elsewhere.</summary>
static class RunView
{
    public static JobRunner.Result Watch(RunFolder run, JobRunner runner, Output output, bool brief, CancellationToken stop)
    {
        var settings = run.Settings;
        output.Line($"{settings.Name}: {Path.GetFileName(settings.BaseModel)}, seed {settings.Seed}, {runner.Device}. Run folder: {run.Path}");
        foreach (string note in runner.Notes)
        {
            output.Line(note);
        }

        output.Line(PlanView.Line(runner.Memory, runner.Layers, brief));
        if (!output.IsLive)
        {
            using var notice = stop.Register(() => output.Line(Interrupt.Notice));
            return runner.Run(new PlainRunView(output), stop);
        }

        JobRunner.Result? result = null;
        var view = new LiveRunView(output.Console.Profile.Width);
        using var stopping = stop.Register(view.Stop);
        output.Console.Live(view.Draw()).AutoClear(false).Start(context =>
        {
            view.Changed = () => context.UpdateTarget(view.Draw());
            result = runner.Run(view, stop);
        });
        return result!;
    }
}
