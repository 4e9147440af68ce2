namespace Hone.Training;

/// <summary>What one step did. Every value is over the whole step, never over a micro-batch.</summary>
public sealed record StepMetrics
{
    public required int Step { get; init; }
    public required int Epoch { get; init; }
    public required double RewardMean { get; init; }
    public required double RewardStd { get; init; }
    public required double RewardMin { get; init; }
    public required double RewardMax { get; init; }

    /// <summary>Mean score of the grader that only watches, in a control run; else the reward.</summary>
    public required double ScoreMean { get; init; }

    /// <summary>Shares of the groups whose rewards are all at the maximum seen / equal, but not there / different. What is missing to 1 are
    /// groups without a score.</summary>
    public required double GroupsAllRight { get; init; }
    public required double GroupsAllWrong { get; init; }
    public required double GroupsMixed { get; init; }
    public required double LengthMean { get; init; }
    public required int LengthMax { get; init; }
    public required double TruncatedShare { get; init; }
    public required int Faults { get; init; }

    /// <summary>Faults by where it went wrong, in ordinal order; of replaced groups too.</summary>
    public IReadOnlyDictionary<string, int> FaultKinds { get; init; } = new Dictionary<string, int>();

    /// <summary>Share of the groups that were drawn, replaced ones included, whose rewards differ: the others carry no gradient.</summary>
    public double InformativeShare { get; init; }

    /// <summary>Groups that were drawn beyond the batch because too few had different rewards.</summary>
    public int Refills { get; init; }

    /// <summary>Training prompts that this pass lets rest, because all their completions got the same reward.</summary>
    public int PromptsResting { get; init; }

    /// <summary>Training prompts that were always right, and never, when they were last drawn.</summary>
    public int PromptsAlwaysRight { get; init; }
    public int PromptsNeverRight { get; init; }
    public required double Entropy { get; init; }
    public required double GradientNorm { get; init; }
    public required double Loss { get; init; }

    /// <summary>Mean over tokens of ℓ − ℓ_ref (k1), or of the chosen estimator when a coefficient is set.</summary>
    public required double Kl { get; init; }
    public required double ClipShare { get; init; }

    /// <summary>Weight of the entropy bonus that the step's loss had.</summary>
    public double EntropyCoefficient { get; init; }

    /// <summary>Largest |ℓ_trainer − ℓ_sampler| over the step's tokens before its first update. Always 0.</summary>
    public required double SamplerTrainerDifference { get; init; }
    public required double LearningRate { get; init; }
    public required int PromptTokens { get; init; }
    public required int CompletionTokens { get; init; }
    public required double SamplingSeconds { get; init; }
    public required double GradingSeconds { get; init; }
    public required double TrainingSeconds { get; init; }
    public required double StepSeconds { get; init; }
    public required double MemoryMegabytes { get; init; }

    /// <summary>Completions that got a reward.</summary>
    public int Rewards { get; init; }

    /// <summary>Mean score of the shadow grader, which never trains, and its standard error. Null without one.</summary>
    public double? ShadowMean { get; init; }
    public double ShadowError { get; init; }

    /// <summary>Mean share of a completion's sequences of four tokens that stood in it before.</summary>
    public double Repetition { get; init; }

    /// <summary>Mean of each part of the reward, over the completions that have it.</summary>
    public IReadOnlyDictionary<string, double> Components { get; init; } = new Dictionary<string, double>();

    /// <summary>Share of the step in which nothing was done but wait for grades.</summary>
    public double GraderWaitShare => GradingSeconds / Math.Max(StepSeconds, 1e-9);

    public double SampledTokensPerSecond => CompletionTokens / Math.Max(SamplingSeconds, 1e-9);
    public double TrainedTokensPerSecond => (PromptTokens + CompletionTokens) / Math.Max(TrainingSeconds, 1e-9);
}
