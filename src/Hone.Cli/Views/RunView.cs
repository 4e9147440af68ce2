using Hone.Jobs;
using Hone.Tensors;
using Hone.Training;
using Spectre.Console;

namespace Hone.Cli.Views;

/// <summary>Shows a run while it goes on: a live panel on a terminal, plain lines elsewhere.</summary>
static class RunView
{
    public static JobRunner.Result Watch(RunFolder run, Device device, Output output, Func<IRunObserver, JobRunner.Result> work, CancellationToken stop)
    {
        var settings = run.Settings;
        output.Line($"{settings.Name}: {Path.GetFileName(settings.BaseModel)}, seed {settings.Seed}, {device.Description}. Run folder: {run.Path}");
        if (!output.IsLive)
        {
            using var notice = stop.Register(() => output.Line(Interrupt.Notice));
            return work(new PlainRunView(output));
        }

        JobRunner.Result? result = null;
        var view = new LiveRunView();
        using var stopping = stop.Register(view.Stop);
        output.Console.Live(view.Draw()).AutoClear(false).Start(context =>
        {
            view.Changed = () => context.UpdateTarget(view.Draw());
            result = work(view);
        });
        return result!;
    }
}
