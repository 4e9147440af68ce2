using Hone.Training;

namespace Hone.Jobs.Engine.Training;

/// <summary>Tells what a run does as news, one after another.</summary>
sealed class NewsObserver(Action<TrainingNews> tell) : IRunObserver
{
    readonly Lock _gate = new();
    int _step, _steps;

    public void Phase(string name, int step) => Tell("phase", name);

    public void StepDone(StepMetrics metrics, IReadOnlyList<Rollout> rollouts, int totalSteps)
    {
        lock (_gate)
        {
            (_step, _steps) = (metrics.Step + 1, totalSteps);
        }

        Tell("step", "");
    }

    public void EvaluationDone(Evaluation evaluation) => Tell("evaluation", evaluation.Name);

    public void Warned(string sentence) => Tell("warning", sentence);

    void Tell(string kind, string text)
    {
        lock (_gate)
        {
            tell(new(kind, _step, _steps, text));
        }
    }
}
