using Hone.Models;
using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Planning;

namespace Hone.Training.Planning;

/// <summary>What the memory and the time of a run are functions of. Prompts are their lengths in tokens.</summary>
public sealed record RunShape
{
    /// <summary>The model without weights, on <see cref="Device"/>.</summary>
    public required Decoder Decoder { get; init; }
    public required TrainingSettings Settings { get; init; }
    public required IReadOnlyList<int> Training { get; init; }
    public IReadOnlyList<int> Validation { get; init; } = [];
    public IReadOnlyList<int> Test { get; init; } = [];

    /// <summary>Completions of each test prompt.</summary>
    public int TestSamples { get; init; } = 1;

    /// <summary>Test prompts are answered by the base model this many times and by the tuned model once.</summary>
    public int BaseEvaluations { get; init; } = 1;

    /// <summary>Threads that compute.</summary>
    public int Threads { get; init; } = Workers.Default.Count;

    /// <summary>What models that judge on this machine need.</summary>
    public long JudgeBytes { get; init; }

    public ShapeDevice Device => (ShapeDevice)Decoder.Device;

    /// <summary>Of the adapter that training goes on from; null: a new one.</summary>
    public AdapterConfig? StartConfig { get; init; }

    public AdapterConfig AdapterConfig => StartConfig ?? new()
    {
        Rank = Settings.LoraRank,
        Alpha = Settings.LoraAlpha,
        TargetModules = Settings.LoraTargetModules,
    };

    public int PromptsPerStep => Math.Min(Settings.BatchSize, Training.Count);

    public int StepsPerEpoch => Math.Max(1, Training.Count / Settings.BatchSize);

    public int Steps => (int)Math.Min((long)Settings.EpochCount * StepsPerEpoch, Settings.MaxSteps ?? int.MaxValue);

    /// <summary>Evaluations of the validation prompts.</summary>
    public int Validations => Validation.Count == 0 ? 0 : (Steps / Settings.EvalIntervalFor(StepsPerEpoch)) + 1;

    /// <summary>The weights as they lie in memory, with the rotation tables for the longest sequence.</summary>
    public long WeightBytes => Decoder.Parameters.Sum(BytesOf);

    /// <summary>The largest weight: it is in memory twice while it is loaded.</summary>
    public long LargestWeightBytes => Decoder.Parameters.Max(BytesOf);

    internal static long BytesOf(Parameter parameter) => parameter.Packed?.Bytes ?? (long)parameter.Columns * sizeof(float);
}
