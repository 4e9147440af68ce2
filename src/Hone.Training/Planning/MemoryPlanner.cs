using Hone.Tensors;

namespace Hone.Training.Planning;

/// <summary>Finds the cheapest way to run that fits a budget: whole micro-batches first, then smaller ones, then checkpointed layers.</summary>
public sealed class MemoryPlanner : IDisposable
{
    // Products reach their speed with this many rows: to split a larger micro-batch costs nothing.
    const int EnoughRows = 1024;

    // The program, its libraries and the managed heap of a small job; measured on Linux x64 (docs/performance.md).
    const long RuntimeBytes = 150_000_000;

    // Operands that a kernel lays out once, and tiles: the largest of each kind that a thread keeps.
    const long BytesPerThread = 8_000_000;

    readonly RunShape _run;
    readonly DryRun _dry;
    readonly Dictionary<(int Groups, int Layers), long> _training = [];

    public MemoryPlanner(RunShape run, long budget)
    {
        (_run, Budget) = (run, budget);
        _dry = new DryRun(run);
    }

    public long Budget { get; }

    int Layers => _run.Decoder.Config.Layers;

    /// <summary>The plan that fits at the least cost, or the smallest there is.</summary>
    public MemoryPlan Plan()
    {
        var settings = _run.Settings;
        int[] groups = [.. Halves(Math.Min(settings.GroupsPerMicroBatch, _run.PromptsPerStep))];
        int[] large = [.. groups.Where((count, i) => i == 0 || RowsOf(count) >= EnoughRows)];
        int[] small = [.. groups.Skip(large.Length)];
        int least = Math.Min(settings.CheckpointLayers ?? 0, Layers);
        var plans = large.Select(count => With(count, least)).Append(Checkpointed(large[^1])).Concat(small.Select(Checkpointed));
        MemoryPlan? smallest = null;
        foreach (var plan in plans)
        {
            smallest = smallest is null || plan.Total < smallest.Total ? plan : smallest;
            if (plan.Fits)
            {
                return plan;
            }
        }

        return smallest!;
    }

    public void Dispose() => _dry.Dispose();

    // The fewest layers that fit, or all. More layers never take more memory.
    MemoryPlan Checkpointed(int groups)
    {
        if (_run.Settings.CheckpointLayers is { } given)
        {
            return With(groups, Math.Min(given, Layers));
        }

        int low = 0, high = Layers;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = With(groups, middle).Fits ? (low, middle) : (middle + 1, high);
        }

        return With(groups, high);
    }

    MemoryPlan With(int groups, int layers) => new()
    {
        Budget = Budget,
        Weights = _run.WeightBytes,
        Adapter = AdapterBytes(),
        Cache = CacheBytes(),
        Sampling = SamplingBytes(),
        Training = TrainingBytes(groups, layers),
        Runtime = RuntimeBytes + (BytesPerThread * Workers.Default.Count),
        Loading = _run.LargestWeightBytes,
        CheckpointLayers = layers,
        GroupsPerMicroBatch = groups == _run.PromptsPerStep ? _run.Settings.GroupsPerMicroBatch : groups,
    };

    long TrainingBytes(int groups, int layers)
    {
        if (!_training.TryGetValue((groups, layers), out long bytes))
        {
            var settings = _run.Settings with { CheckpointLayers = layers, GroupsPerMicroBatch = groups };
            int[] prompts = [.. _run.Training.OrderDescending().Take(groups)];
            int[] completions = [.. Enumerable.Repeat(settings.InferenceMaxTokens, prompts.Length * settings.TrainingSamplePerPrompt)];
            _training[(groups, layers)] = bytes = _dry.Train(prompts, completions, settings);
        }

        return bytes;
    }

    long AdapterBytes()
    {
        using var adapter = Models.LoraAdapter.OfShapes(_run.Decoder, _run.AdapterConfig);
        const int Copies = 5; // values, gradient, two moments, and the copy that a checkpoint writes
        return adapter.Parameters.Sum(parameter =>
            (Copies * parameter.Values!.Length * sizeof(float)) + parameter.Packed!.Bytes + parameter.Tree!.BytesFor(_run.PromptsPerStep));
    }

    long CacheBytes()
    {
        var settings = _run.Settings;
        long Pages(IReadOnlyList<int> prompts, int count) =>
            CachePages.Most(prompts, count, settings.InferenceMaxTokens, settings.GenerationBatch);
        int[] step = [.. _run.Training.OrderDescending().Take(_run.PromptsPerStep)];
        long pages = Math.Max(
            Pages(step, settings.TrainingSamplePerPrompt), Math.Max(Pages(_run.Validation, 1), Pages(_run.Test, _run.TestSamples)));
        return pages * CachePages.BytesPerPage(_run.Decoder.Shape, Layers);
    }

    long SamplingBytes()
    {
        const int PrefillRows = 2048;
        int[] all = [.. _run.Training, .. _run.Validation, .. _run.Test];
        int longest = all.Max();
        int together = Math.Max(1, Math.Min(PrefillRows / longest, Math.Min(_run.Settings.GenerationBatch, all.Length)));
        int completions = Math.Max(
            _run.PromptsPerStep * _run.Settings.TrainingSamplePerPrompt, Math.Max(_run.Validation.Count, _run.Test.Count * _run.TestSamples));
        return Math.Max(
            _dry.Prefill([.. Enumerable.Repeat(longest, together)]),
            _dry.Decode(Math.Min(_run.Settings.GenerationBatch, completions), longest + _run.Settings.InferenceMaxTokens - 1));
    }

    int RowsOf(int groups)
    {
        var settings = _run.Settings;
        return groups * ((int)_run.Training.Average() + (settings.TrainingSamplePerPrompt * (settings.InferenceMaxTokens - 1)));
    }

    static IEnumerable<int> Halves(int count)
    {
        for (; count > 1; count /= 2)
        {
            yield return count;
        }

        yield return 1;
    }
}
