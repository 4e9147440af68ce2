using Hone.Jobs;
using Hone.Server.Queue.Outputs;
using Hone.Server.Registry;
using Hone.Server.Store;
using Hone.Training;

namespace Hone.Server.Queue.Nodes;

/// <summary>
/// Copies the adapters of a run's checkpoints to data/models before the run removes them, and registers the copies as models. Copies are named
/// by job and step, so what was copied before a restart is registered after it.
/// </summary>
sealed class CheckpointShelf(JobRow row, Database database, JobEvents events, JobFolders folders, TimeProvider clock)
{
    readonly HashSet<int> _registered = [];

    /// <summary>Copies what is worth keeping: checkpoints at evaluations, all where there are none, and at a run's end the last one.</summary>
    public async Task Fill(RunReader run, bool isOver, CancellationToken stop)
    {
        var evaluated = run.Evaluations().Where(evaluation => evaluation.Name == "validation").Select(evaluation => evaluation.Step).ToHashSet();
        var checkpoints = run.Checkpoints();
        foreach (var (step, folder) in checkpoints.Where(one => one.Step > 0 && !Directory.Exists(Copy(one.Step))))
        {
            if (evaluated.Count == 0 || evaluated.Contains(step) || (isOver && step == checkpoints[0].Step))
            {
                await AdapterCopy.Make(folder, Copy(step), stop);
            }
        }
    }

    public async Task Register(
        RunReader run, IReadOnlyList<StepMetrics> metrics, IReadOnlyDictionary<int, EvaluationSummary> evaluations, int steps, CancellationToken stop)
    {
        foreach (int step in Copies().Where(step => !_registered.Contains(step)).Order())
        {
            var at = metrics.FirstOrDefault(one => one.Step == step - 1);
            var numbers = at is null ? null : StepNote.Numbers(at, steps > 0 ? steps : null, evaluations.GetValueOrDefault(step));
            await database.InTransaction(
                async (connection, transaction) =>
                {
                    if (await ModelRegistry.Add(connection, transaction, JobResults.Model(row, run, Copy(step), clock.GetUtcNow(), step), numbers))
                    {
                        await events.Add(connection, transaction, row.Id, new JobNote($"The checkpoint of step {step} can be called as {Id(step)}."));
                    }

                    return 0;
                },
                stop);
            _registered.Add(step);
        }
    }

    /// <summary>Id of the newest checkpoint that is kept, or null.</summary>
    public string? Newest => Copies().DefaultIfEmpty(0).Max() is > 0 and var step ? Id(step) : null;

    string Prefix => $"{row.Id}-step-";

    string Copy(int step) => folders.Adapter($"{Prefix}{step}");

    string Id(int step) => JobResults.CheckpointId(row, step);

    IEnumerable<int> Copies() => Directory.Exists(folders.Adapters)
        ? Directory.GetDirectories(folders.Adapters, Prefix + "*").Select(folder => int.TryParse(Path.GetFileName(folder)[Prefix.Length..], out int step) ? step : 0)
            .Where(step => step > 0)
        : [];
}
