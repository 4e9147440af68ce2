namespace Hone.Training.Planning;

/// <summary>Seconds of a run by phase; reading a large model from a disk comes on top.</summary>
/// <param name="SamplingPerStep">Prefill and decoding of a step's completions.</param>
/// <param name="TrainingPerStep">Forward, backward and the optimizer.</param>
/// <param name="Steps">Updates of the run, if it is not stopped early.</param>
/// <param name="Evaluations">All evaluations of the run together.</param>
public sealed record TimeForecast(double SamplingPerStep, double TrainingPerStep, int Steps, double Evaluations)
{
    public double PerStep => SamplingPerStep + TrainingPerStep;

    /// <summary>Starting the program, compiling kernels at their first use, the database and the report: measured on Linux x64.</summary>
    public static double StartAndReport => 2.5;

    /// <summary>The same where sampling and training take so many times as long.</summary>
    public TimeForecast Times(double sampling, double training) => this with
    {
        SamplingPerStep = sampling * SamplingPerStep,
        TrainingPerStep = training * TrainingPerStep,
        Evaluations = sampling * Evaluations,
    };

    public double Run => (Steps * PerStep) + Evaluations + StartAndReport;
}
