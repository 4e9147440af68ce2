using System.Runtime.CompilerServices;
using Hone.Grading;
using Hone.Tensors;
using Hone.Training;
using Hone.Training.Data;

namespace Hone.Tests.Training;

/// <summary>The shipped model and a few prompts whose completions are worth what their length says: runs of milliseconds.</summary>
sealed class SmallTraining : IDisposable
{
    readonly Workers _workers = new(1);

    public SmallTraining() => Model = LanguageModel.Load(Path.Combine(Root(), "models", "arithmetic"), new CpuDevice(_workers));

    public static TrainingSettings Settings { get; } = new()
    {
        EpochCount = 2,
        BatchSize = 2,
        TrainingSamplePerPrompt = 4,
        InferenceMaxTokens = 6,
        EvalInterval = 2,
        LearningRate = 1e-2f,
        LoraRank = 2,
    };

    public LanguageModel Model { get; }

    /// <summary>Trains in <paramref name="record"/> from where it stands and returns its best adapter.</summary>
    public byte[] Train(
        MemoryRecord record, TrainingSettings? settings = null, IGrader? grader = null, int validation = 2,
        IRolloutBook? book = null, CancellationToken stop = default)
    {
        var run = new TrainingRun
        {
            Model = Model,
            Grader = grader ?? new LengthGrader(),
            Settings = settings ?? Settings,
            Seed = 3,
            Training = Prompts(4),
            Validation = Prompts(validation),
            CheckpointSeconds = 0,
            Book = book,
        };
        using var queued = new QueuedRecord(record);
        using var loop = new TrainingLoop(run, queued);
        loop.Run(stop);
        return File.ReadAllBytes(Path.Combine(record.Best, "adapter_model.safetensors"));
    }

    public void Dispose()
    {
        Model.Dispose();
        _workers.Dispose();
    }

    static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../.."));

    IReadOnlyList<PreparedPrompt> Prompts(int count) => PromptSet.Prepare(
        Model,
        [.. Enumerable.Range(0, count).Select(i => new PromptRecord(
            $"p{i}", [new ChatTurn("user", $"What is {i} + 4?")], null, new Dictionary<string, System.Text.Json.JsonElement>(), i + 1))],
        maxPromptLength: 200, reasoningEffort: null).Prompts;
}

/// <summary>Scores a completion by its length; fails when told to.</summary>
sealed class LengthGrader(Func<GradingItem, bool>? fails = null) : IGrader
{
    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) => Task.FromResult<IReadOnlyList<Grade>>(
        [.. items.Select(item => fails?.Invoke(item) == true ? item.Failed("test", "told to fail.") : item.Scored(item.Completion.Length % 5, ""))]);
}
