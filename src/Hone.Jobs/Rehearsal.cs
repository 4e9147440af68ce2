using Hone.Training.Planning;

namespace Hone.Jobs;

/// <summary>What a job's run will take in time: the cost model's forecast, set right by a trial where one is quick.</summary>
/// <param name="TrialSteps">Steps that were made to see what this machine takes for them; 0: the forecast is the cost model's alone.</param>
public sealed record Rehearsal(ExpectedLengths Lengths, TimeForecast Time, int TrialSteps)
{
    // A trial must not take longer than a person waits for a plan.
    const double Patience = 8;

    /// <param name="plan">The job.</param>
    /// <param name="rates">Of the machine that the run is for.</param>
    /// <param name="here">Of this machine; a trial says nothing of another one.</param>
    /// <param name="completionTokens">Tokens that completions are expected to have; null: as <see cref="ExpectedLengths.Find"/> sees them.</param>
    public static Rehearsal Of(PlannedJob plan, MachineRates rates, MachineRates here, int? completionTokens, CancellationToken stop)
    {
        var lengths = ExpectedLengths.Find(plan, here, completionTokens, stop);
        using var forecaster = new TimeForecaster(plan.Shape, plan.Memory, rates, lengths.Tokens);
        var forecast = forecaster.Forecast();
        var trial = rates == here && ExpectedLengths.LoadingSeconds(plan, here) < Patience
            ? Jobs.TrialSteps.Measure(plan, here, forecast.PerStep, Patience, stop)
            : null;
        return trial is { } seen ? new(lengths, forecast.Times(seen.Sampling, seen.Training), seen.Steps) : new(lengths, forecast, 0);
    }

    /// <summary>Where the time comes from, as the end of a sentence.</summary>
    public string Source => TrialSteps > 0 ? $"set right by {TrialSteps} steps made just now" : "as the cost model has it";
}
