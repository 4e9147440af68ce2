namespace Hone.Training;

/// <summary>Where a run writes what happens. Each call is durable when it returns, or leaves the record as it was.</summary>
public interface IRunRecord
{
    /// <summary>A sentence for people: <paramref name="kind"/> is "info", "warning", "phase" or "fault".</summary>
    void Event(int step, string kind, string message);

    /// <param name="metrics">What the step did.</param>
    /// <param name="rollouts">What it trained on.</param>
    /// <param name="replaced">Groups with equal rewards that others took the place of, or that were drawn in vain.</param>
    void Step(StepMetrics metrics, IReadOnlyList<Rollout> rollouts, IReadOnlyList<Rollout> replaced);

    void Evaluation(Evaluation evaluation);

    /// <summary>An evaluation stored earlier, rollouts included, or null.</summary>
    Evaluation? FindEvaluation(string name, int step);

    /// <summary>
    /// Writes a checkpoint aside, makes it durable and gives it its name. <paramref name="write"/> fills the folder it is given
    /// with adapter, optimizer and prompts. It replaces a checkpoint of the same step and those of later ones. Beside the newest, the one of
    /// the cursor's GoodStep is kept.
    /// </summary>
    void Checkpoint(TrainingCursor cursor, Action<string> write);

    /// <summary>Keeps the adapter that <paramref name="write"/> puts into the given folder as the best so far.</summary>
    void KeepBest(Action<string> write);

    /// <summary>The newest complete checkpoint, or null for a fresh run. Steps and evaluations recorded after it are forgotten.</summary>
    (TrainingCursor Cursor, string Folder)? Resume();

    /// <summary>The checkpoint of that step. Steps and evaluations recorded after it are forgotten.</summary>
    (TrainingCursor Cursor, string Folder) GoBack(int step);
}
