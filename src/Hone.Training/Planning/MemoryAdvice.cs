namespace Hone.Training.Planning;

/// <summary>A setting that alone would make a run fit, and the largest value with which it does.</summary>
public readonly record struct MemoryAdvice(string Setting, int From, int To)
{
    /// <summary>For a run that does not fit even with every layer checkpointed: what to lower. Empty: no single setting is enough.</summary>
    public static IReadOnlyList<MemoryAdvice> For(RunShape run, long budget)
    {
        var s = run.Settings;
        int longest = run.Training.Max();
        (string Name, int From, Func<int, RunShape> With)[] settings =
        [
            ("inferenceMaxTokens", s.InferenceMaxTokens, value => run with { Settings = s with { InferenceMaxTokens = value } }),
            ("maxPromptLength", longest, value => Shortened(run, value)),
            ("trainingSamplePerPrompt", s.TrainingSamplePerPrompt, value => run with { Settings = s with { TrainingSamplePerPrompt = Math.Max(2, value) } }),
            ("generationBatch", s.GenerationBatch, value => run with { Settings = s with { GenerationBatch = value } }),
            ("loraRank", s.LoraRank, value => run with { Settings = s with { LoraRank = value } }),
        ];
        return [.. settings.Select(one => new MemoryAdvice(one.Name, one.From, Largest(one.From, value => Fits(one.With(value), budget))))
            .Where(advice => advice.To > 0)];
    }

    static bool Fits(RunShape run, long budget)
    {
        using var planner = new MemoryPlanner(
            run with { Settings = run.Settings with { CheckpointLayers = run.Decoder.Config.Layers, RowsPerMicroBatch = 1 } }, budget);
        return planner.Plan().Fits;
    }

    static RunShape Shortened(RunShape run, int longest) => run with
    {
        Training = Shortened(run.Training, longest),
        Validation = Shortened(run.Validation, longest),
        Test = Shortened(run.Test, longest),
    };

    static int[] Shortened(IReadOnlyList<int> lengths, int longest) => [.. lengths.Select(length => Math.Min(length, longest))];

    // The largest value below `from` that fits, or 0.
    static int Largest(int from, Func<int, bool> fits)
    {
        int low = 0, high = from - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = fits(middle) ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
