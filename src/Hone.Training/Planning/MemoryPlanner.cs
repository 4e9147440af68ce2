using Hone.Models.Configuration;

namespace Hone.Training.Planning;

/// <summary>Finds the fastest way to run that fits a budget: as few checkpointed layers as possible, then groups one by one.</summary>
public sealed class MemoryPlanner : IDisposable
{
    // The program, its libraries and the managed heap of a small job; measured on Linux x64 (docs/performance.md).
    const long RuntimeBytes = 125_000_000;

    // Operands that a kernel lays out once, and tiles: the largest of each kind that a thread keeps.
    const long BytesPerThread = 8_000_000;

    readonly RunShape _run;
    readonly DryRun _dry;
    readonly Dictionary<(int Rows, int Layers), long> _training = [];

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
        if (_run.Settings.RowsPerMicroBatch is { } given)
        {
            return WithLessCache(Checkpointed(given));
        }

        int rows = FastestRows(_run.Decoder.Config, _run.Threads);
        var plan = Checkpointed(rows);
        return plan.Fits ? plan : WithLessCache(rows <= LongestGroup ? plan : Checkpointed(LongestGroup));
    }

    /// <summary>
    /// Rows that train together fastest: enough for products to reach their speed, and no more than what an operation leaves behind in the
    /// caches for the next one, where a model is so small that this is possible.
    /// </summary>
    public static int FastestRows(DecoderConfig config, int threads)
    {
        const int Enough = 1536, Least = 512, EnoughPerThread = 128;
        const long CacheBytes = 8 << 20;
        long bytesOfRow = sizeof(float) * ((2L * config.HiddenSize) + (3L * config.FeedForwardWidth));
        long cached = CacheBytes / bytesOfRow;
        return Math.Max(cached < Least ? Enough : (int)Math.Min(cached, Enough), EnoughPerThread * threads);
    }

    public void Dispose() => _dry.Dispose();

    // The fewest layers that fit, or all. More layers never take more memory.
    MemoryPlan Checkpointed(int rows)
    {
        if (_run.Settings.CheckpointLayers is { } given)
        {
            return With(rows, Math.Min(given, Layers));
        }

        int low = 0, high = Layers;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = With(rows, middle).Fits ? (low, middle) : (middle + 1, high);
        }

        return With(rows, high);
    }

    // Fewer completions side by side, one at least.
    MemoryPlan WithLessCache(MemoryPlan plan)
    {
        if (plan.Fits)
        {
            return plan;
        }

        long one = CachePages.Most([Longest], 1, _run.Settings.InferenceMaxTokens, 1) * BytesPerPage;
        long cache = Math.Min(plan.Cache, Math.Max(one, plan.Cache - (plan.Total - plan.Budget)));
        return plan with { Cache = cache, CacheLimit = cache };
    }

    MemoryPlan With(int rows, int layers) => new()
    {
        Budget = Budget,
        Weights = _run.WeightBytes,
        Adapter = AdapterBytes(_run),
        Cache = CacheBytes(),
        Sampling = SamplingBytes(),
        Logits = (long)DecodedTogether * _run.Decoder.Config.VocabularySize * sizeof(float),
        Training = TrainingBytes(rows, layers),
        Judges = _run.JudgeBytes,
        Runtime = RuntimeBytesOf(_run),
        Loading = _run.LargestWeightBytes,
        CheckpointLayers = layers,
        RowsPerMicroBatch = rows,
    };

    long TrainingBytes(int rows, int layers)
    {
        if (!_training.TryGetValue((rows, layers), out long bytes))
        {
            var settings = _run.Settings with { CheckpointLayers = layers, RowsPerMicroBatch = null };
            var (prompts, completions) = FullestMicroBatch(rows);
            _training[(rows, layers)] = bytes = _dry.Train(
                prompts, completions, settings with { GroupsPerMicroBatch = prompts.Count });
        }

        return bytes;
    }

    // As many longest groups as fit, and what is left of the rows as a shorter one.
    (List<int> Prompts, List<int> Completions) FullestMicroBatch(int rows)
    {
        int G = _run.Settings.TrainingSamplePerPrompt, prompt = _run.Training.Max(), completion = _run.Settings.InferenceMaxTokens;
        int groups = Math.Clamp(rows / LongestGroup, 1, Math.Min(_run.Settings.GroupsPerMicroBatch, _run.PromptsPerStep));
        List<int> prompts = [.. Enumerable.Repeat(prompt, groups)], completions = [.. Enumerable.Repeat(completion, groups * G)];
        int left = (rows - (groups * LongestGroup) - prompt) / G;
        if (left > 0 && groups < Math.Min(_run.Settings.GroupsPerMicroBatch, _run.PromptsPerStep))
        {
            prompts.Add(prompt);
            completions.AddRange(Enumerable.Repeat(left + 1, G));
        }

        return (prompts, completions);
    }

    /// <summary>Program, managed heap and the threads' own memory.</summary>
    internal static long RuntimeBytesOf(RunShape run) => RuntimeBytes + (BytesPerThread * run.Threads);

    /// <summary>The adapter with all that training keeps beside it, a leaf of its gradient for each prompt or record of a step.</summary>
    internal static long AdapterBytes(RunShape run)
    {
        using var adapter = Models.LoraAdapter.OfShapes(run.Decoder, run.AdapterConfig);
        const int Copies = 5; // values, gradient, two moments, and the copy that a checkpoint writes
        return adapter.Parameters.Sum(parameter =>
            (Copies * parameter.Values!.Length * sizeof(float)) + parameter.Packed!.Bytes + parameter.Tree!.BytesFor(run.PromptsPerStep));
    }

    long CacheBytes()
    {
        var settings = _run.Settings;
        long Pages(IReadOnlyList<int> prompts, int count) =>
            CachePages.Most(prompts, count, settings.InferenceMaxTokens, settings.GenerationBatch);
        int[] step = [.. _run.Training.OrderDescending().Take(_run.PromptsPerStep)];
        long pages = Math.Max(
            Pages(step, settings.TrainingSamplePerPrompt), Math.Max(Pages(_run.Validation, 1), Pages(_run.Test, _run.TestSamples)));
        return pages * BytesPerPage;
    }

    long SamplingBytes()
    {
        const int PrefillRows = 2048;
        int prompts = _run.Training.Count + _run.Validation.Count + _run.Test.Count;
        int together = Math.Max(1, Math.Min(PrefillRows / Longest, Math.Min(_run.Settings.GenerationBatch, prompts)));
        return Math.Max(
            _dry.Prefill([.. Enumerable.Repeat(Longest, together)]),
            _dry.Decode(DecodedTogether, Longest + _run.Settings.InferenceMaxTokens - 1));
    }

    int DecodedTogether => Math.Min(
        _run.Settings.GenerationBatch,
        Math.Max(_run.PromptsPerStep * _run.Settings.TrainingSamplePerPrompt, Math.Max(_run.Validation.Count, _run.Test.Count * _run.TestSamples)));

    int Longest => _run.Training.Concat(_run.Validation).Concat(_run.Test).Max();

    long BytesPerPage => Models.KeyValueCache.BytesPerPage(_run.Decoder.Shape, Layers);

    int LongestGroup => _run.Training.Max() + (_run.Settings.TrainingSamplePerPrompt * (_run.Settings.InferenceMaxTokens - 1));
}
