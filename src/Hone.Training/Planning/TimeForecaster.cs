using Hone.Tensors.Measurement;

namespace Hone.Training.Planning;

/// <summary>
/// The time of a run as the sum over its operations: dry runs say which there are, <see cref="Efficiency"/> what each takes on a machine.
/// </summary>
/// <param name="plan">How the run is cut into micro-batches, and what it computes twice.</param>
/// <param name="lengths">Completions as they are expected, in tokens; the run's completions are taken from them in turn.</param>
public sealed class TimeForecaster(RunShape run, MemoryPlan plan, MachineRates rates, IReadOnlyList<int> lengths) : IDisposable
{
    // Positions within which a decoding step takes the same time.
    const int PositionGrain = 32;

    readonly DryRun _dry = new(run);
    readonly Dictionary<(int Rows, int Position), double> _decode = [];

    // Prompts stand for all others: their mean length.
    int Prompt => Math.Max(1, (int)Math.Round(run.Training.Average()));

    public TimeForecast Forecast()
    {
        var (sampling, training) = Step();
        return new TimeForecast(
            sampling,
            training,
            run.Steps,
            (run.Validations * Sampling(run.Validation.Count, run.Validation.Count))
                + ((1 + run.BaseEvaluations) * Sampling(run.Test.Count, run.Test.Count * run.TestSamples)));
    }

    /// <summary>Seconds of one step.</summary>
    public (double Sampling, double Training) Step()
    {
        var settings = plan.Apply(run.Settings);
        int prompts = run.PromptsPerStep, completions = prompts * settings.TrainingSamplePerPrompt;
        double training = Time(() => _dry.Train(
            [.. Enumerable.Repeat(Prompt, prompts)], [.. Enumerable.Range(0, completions).Select(LengthOf)], settings));
        return (Sampling(prompts, completions), training * settings.UpdatesPerBatch);
    }

    /// <summary>Seconds of sampling alone, with expected lengths.</summary>
    public double Sampling(int prompts, int completions)
    {
        if (completions == 0)
        {
            return 0;
        }

        const int PrefillRows = 2048;
        int together = Math.Clamp(PrefillRows / Prompt, 1, prompts);
        double prefill = Time(() => _dry.Prefill([.. Enumerable.Repeat(Prompt, together)])) * prompts / together;
        return prefill + Decoding(completions);
    }

    public void Dispose() => _dry.Dispose();

    // Completions leave as they end and waiting ones take their places.
    double Decoding(int completions)
    {
        double seconds = 0;
        int begun = 0;
        List<(int Drawn, int Length)> active = [];
        while (begun < completions || active.Count > 0)
        {
            while (active.Count < run.Settings.GenerationBatch && begun < completions)
            {
                active.Add((0, LengthOf(begun++)));
            }

            seconds += Decode(active.Count, Prompt + (int)active.Average(one => one.Drawn));
            active = [.. active.Select(one => (one.Drawn + 1, one.Length)).Where(one => one.Item1 < one.Length)];
        }

        return seconds;
    }

    double Decode(int rows, int position)
    {
        var key = (rows, position / PositionGrain);
        if (!_decode.TryGetValue(key, out double seconds))
        {
            _decode[key] = seconds = Time(() => _dry.Decode(rows, position)) + Draw(rows);
        }

        return seconds;
    }

    // Two passes over the logits: the sums with their exponentials, and the search for the token.
    double Draw(int rows)
    {
        long logits = (long)rows * run.Decoder.Config.VocabularySize;
        var cost = OperationCost.LogSoftmaxInputGradient(rows, run.Decoder.Config.VocabularySize);
        return Efficiency.Seconds(new(Operation.ForEach, rows, cost), rates, logits);
    }

    double Time(Action dryRun)
    {
        double seconds = 0, weights = run.WeightBytes;
        run.Device.Observer = operation => seconds += Efficiency.Seconds(operation, rates, weights);
        dryRun();
        run.Device.Observer = null;
        return seconds;
    }

    int LengthOf(int completion) => lengths[completion % lengths.Count];
}
