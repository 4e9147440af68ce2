using Hone.Training.Healing;
using Hone.Training.Losses;
using Hone.Training.Selection;

namespace Hone.Training;

/// <summary>How the learning rate moves over the steps of a run, after the warm-up.</summary>
public enum LearningRateSchedule
{
    Constant,
    Linear,
    Cosine,
}

/// <summary>
/// The hyperparameters of a reinforcement fine-tuning run, named as Bedrock names them where Bedrock has a name. The same record is the
/// <c>hyperParameters</c> object of a job file.
/// </summary>
public sealed record TrainingSettings
{
    /// <summary>Passes over the training prompts, counted in prompts drawn.</summary>
    public int EpochCount { get; init; } = 1;

    /// <summary>The run ends after this many steps even when epochs remain.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>Prompts in one step (P). A step trains on P·G completions.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Completions sampled for each prompt (G). They are each other's baseline.</summary>
    public int TrainingSamplePerPrompt { get; init; } = 8;

    /// <summary>AdamW's rate for the LoRA factors, after the warm-up.</summary>
    public float LearningRate { get; init; } = 1e-4f;

    public LearningRateSchedule LearningRateSchedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Steps over which the rate rises linearly from 0.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>Longest completion, in tokens.</summary>
    public int InferenceMaxTokens { get; init; } = 1024;

    /// <summary>Prompts with more tokens are dropped and counted. Null: what the model can hold less <see cref="InferenceMaxTokens"/>.</summary>
    public int? MaxPromptLength { get; init; }

    /// <summary>Steps between evaluations on the validation prompts. Null: min(10, steps per epoch).</summary>
    public int? EvalInterval { get; init; }

    /// <summary>Handed to the chat template as <c>reasoning_effort</c>.</summary>
    public string? ReasoningEffort { get; init; }

    /// <summary>Temperature at which completions are sampled and their log-probabilities are taken.</summary>
    public float Temperature { get; init; } = 1f;

    /// <summary>Updates made on each batch of rollouts.</summary>
    public int UpdatesPerBatch { get; init; } = 1;

    /// <summary>Largest L2 norm of an update's gradient; 0 switches clipping off.</summary>
    public float MaxGradientNorm { get; init; } = 1f;

    public float WeightDecay { get; init; }

    /// <summary>Evaluations without a better validation reward after which the run stops; 0 never stops early.</summary>
    public int EarlyStoppingPatience { get; init; } = 5;

    /// <summary>Share of a step's completions that may fail to be graded before the run pauses.</summary>
    public double MaxFaultShare { get; init; } = 0.2;

    /// <summary>
    /// Groups that travel together through one forward and backward pass, unless <see cref="RowsPerMicroBatch"/> parts them. Changes memory
    /// and speed, never a result.
    /// </summary>
    public int GroupsPerMicroBatch { get; init; } = 8;

    /// <summary>
    /// Tokens of groups that travel together; a group with more travels alone. Null: as many as keep the processor busy and fit the memory.
    /// Changes memory and speed, never a result.
    /// </summary>
    public int? RowsPerMicroBatch { get; init; }

    /// <summary>
    /// First layers of the decoder that keep no activations and compute them again in the backward pass. Null: as few as fit the memory.
    /// Changes memory and speed, never a result.
    /// </summary>
    public int? CheckpointLayers { get; init; }

    /// <summary>Completions that are decoded side by side. Changes memory and speed, never a result.</summary>
    public int GenerationBatch { get; init; } = 128;

    /// <summary>Rank of the adapter (R).</summary>
    public int LoraRank { get; init; } = 32;

    /// <summary>The adapter's product is scaled by alpha / rank.</summary>
    public float LoraAlpha { get; init; } = 32;

    /// <summary>Linear layers that get an adapter, by the last part of their name. Null: all.</summary>
    public IReadOnlyList<string>? LoraTargetModules { get; init; }

    public PolicyLossSettings Loss { get; init; } = new();

    public AdvantageSettings Advantages { get; init; } = new();

    public PromptSelection PromptSelection { get; init; }

    public DynamicSamplingSettings DynamicSampling { get; init; } = new();

    public SelfHealingSettings SelfHealing { get; init; } = new();

    /// <summary>Compute the reference's log-probabilities for the KL metric even when the loss has no KL term: a forward pass more.</summary>
    public bool MeasureKl { get; init; } = true;

    /// <summary>Every problem at once, in the words of the job file. Empty when the settings can be run.</summary>
    public IEnumerable<string> Problems() => TrainingSettingsProblems.Of(this);

    /// <summary>Steps between evaluations for a run whose epoch has <paramref name="stepsPerEpoch"/> steps.</summary>
    public int EvalIntervalFor(int stepsPerEpoch) => EvalInterval ?? Math.Max(1, Math.Min(10, stepsPerEpoch));
}
