namespace Hone.Training;

/// <summary>Someone who watches a run: a terminal, a test. Every call comes from the run's own thread, or from the sampling callback.</summary>
public interface IRunObserver
{
    /// <summary>"sampling", "training", "validation" or "evaluation: " with the evaluation's name: what the run does next.</summary>
    void Phase(string name, int step)
    {
    }

    /// <summary>Completions finished in the phase, of how many.</summary>
    void Progress(int done, int total)
    {
    }

    void StepDone(StepMetrics metrics, IReadOnlyList<Rollout> rollouts, int totalSteps)
    {
    }

    void EvaluationDone(Evaluation evaluation)
    {
    }

    /// <summary>Something that a person should know while the run goes on. May come from any thread.</summary>
    void Warned(string sentence)
    {
    }
}
