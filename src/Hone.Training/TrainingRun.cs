using Hone.Grading;
using Hone.Grading.Rules;
using Hone.Models.Configuration;

namespace Hone.Training;

/// <summary>What a run is made of, all of it checked.</summary>
public sealed record TrainingRun
{
    public required LanguageModel Model { get; init; }
    public required IGrader Grader { get; init; }
    public required TrainingSettings Settings { get; init; }
    public required ulong Seed { get; init; }
    public required IReadOnlyList<PreparedPrompt> Training { get; init; }

    /// <summary>Prompts of the evaluations during the run; may be empty.</summary>
    public IReadOnlyList<PreparedPrompt> Validation { get; init; } = [];

    /// <summary>A control run trains on a seeded coin flip; the grader only watches.</summary>
    public bool Control { get; init; }

    /// <summary>The most that keys and values may take; null: what the generation batch needs.</summary>
    public long? CacheBytes { get; init; }

    /// <summary>Least seconds between two checkpoints.</summary>
    public double CheckpointSeconds { get; init; } = 5;

    public FaultLimit FaultLimit => new(Settings.MaxFaultShare);

    /// <summary>Keeps rollouts until a checkpoint holds what they led to; null: a stopped step begins anew.</summary>
    public IRolloutBook? Book { get; init; }

    /// <summary>Folder of an adapter to go on from, as PEFT writes it; null: a new one.</summary>
    public string? StartAdapter { get; init; }

    /// <summary>Of a new adapter.</summary>
    public AdapterConfig AdapterConfig => new()
    {
        Rank = Settings.LoraRank,
        Alpha = Settings.LoraAlpha,
        TargetModules = Settings.LoraTargetModules,
        BaseModel = Model.Folder,
    };

    /// <summary>The number that trains.</summary>
    public double? RewardOf(int step, Rollout rollout) => Control
        ? CoinFlipGrader.Flip(Seed, $"step-{step}/{rollout.PromptId}/{rollout.Index}")
        : rollout.Grade.Score;

    /// <summary>The number that chooses the best adapter. A control run must not look at the score here either.</summary>
    public double ValidationReward(Evaluation evaluation) => Control
        ? evaluation.Rollouts.Average(rollout => RewardOf(evaluation.Step, rollout)!.Value)
        : evaluation.RewardMean;
}
