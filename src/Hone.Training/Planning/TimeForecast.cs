namespace Hone.Training.Planning;

/// <summary>Seconds of a run by phase, without loading and reports.</summary>
/// <param name="SamplingPerStep">Prefill and decoding of a step's completions.</param>
/// <param name="TrainingPerStep">Forward, backward and the optimizer.</param>
/// <param name="Steps">Updates of the run, if it is not stopped early.</param>
/// <param name="Evaluations">All evaluations of the run together.</param>
public sealed record TimeForecast(double SamplingPerStep, double TrainingPerStep, int Steps, double Evaluations)
{
    public double PerStep => SamplingPerStep + TrainingPerStep;

    public double Run => (Steps * PerStep) + Evaluations;
}
