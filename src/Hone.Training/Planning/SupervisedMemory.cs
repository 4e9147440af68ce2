namespace Hone.Training.Planning;

/// <summary>Plans the memory of supervised training: as few checkpointed layers as fit the budget, then fewer records in a pass.</summary>
public static class SupervisedMemory
{
    /// <param name="run">Training: the lengths of the records.</param>
    /// <param name="examples">All that go through the model, held-out ones too.</param>
    /// <param name="settings">SequencesPerMicroBatch: as many as are faster together.</param>
    /// <param name="budget">Bytes.</param>
    /// <param name="layers">Layers to checkpoint, where somebody has said it.</param>
    /// <returns>The plan that fits at the least cost or the smallest there is, and the settings that it runs with. No result depends on them.</returns>
    public static (MemoryPlan Plan, SupervisedSettings Settings) Plan(
        RunShape run, IReadOnlyList<SupervisedExample> examples, SupervisedSettings settings, long budget, int? layers)
    {
        using var adapter = Models.LoraAdapter.OfShapes(run.Decoder, run.AdapterConfig);
        run.Decoder.Attach(adapter);
        try
        {
            SupervisedExample[] longest = [.. examples.OrderByDescending(example => example.Length)];
            var (least, most) = (layers ?? 0, layers ?? run.Decoder.Config.Layers);
            MemoryPlan With(SupervisedSettings with) => Of(run, budget, with, Activations(run, adapter, longest, with));
            var fewest = Fewest(least, most, checkpointed => With(settings with { CheckpointLayers = checkpointed }).Fits);
            var chosen = settings with { CheckpointLayers = fewest };
            while (!With(chosen).Fits && chosen.SequencesPerMicroBatch > 1)
            {
                chosen = chosen with { SequencesPerMicroBatch = chosen.SequencesPerMicroBatch / 2 };
            }

            return (With(chosen), chosen);
        }
        finally
        {
            run.Decoder.Attach(null);
        }
    }

    // More layers never take more memory: the fewest that fit, or the most.
    static int Fewest(int low, int high, Func<int, bool> fits)
    {
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = fits(middle) ? (low, middle) : (middle + 1, high);
        }

        return high;
    }

    // The same code that trains, without numbers, over the fullest pass.
    static long Activations(RunShape run, Models.LoraAdapter adapter, SupervisedExample[] longest, SupervisedSettings settings)
    {
        SupervisedExample[] pass = [.. longest.Take(settings.SequencesPerMicroBatch)];
        using var loop = new SupervisedLoop(run.Decoder, pass, settings, adapter.Parameters, seed: 0);
        loop.Accumulate(pass);
        return loop.ActivationPeak;
    }

    static MemoryPlan Of(RunShape run, long budget, SupervisedSettings settings, long activations) => new()
    {
        Budget = budget,
        Weights = run.WeightBytes,
        Adapter = MemoryPlanner.AdapterBytes(run),
        Cache = 0,
        Sampling = 0,
        Logits = 0,
        Training = activations,
        Runtime = MemoryPlanner.RuntimeBytesOf(run),
        Loading = run.LargestWeightBytes,
        CheckpointLayers = settings.CheckpointLayers,
        RowsPerMicroBatch = settings.SequencesPerMicroBatch * run.Training.Max(),
    };
}
