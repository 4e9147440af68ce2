using Hone.Training.Healing;

namespace Hone.Training;

/// <summary>Everything beside adapter and optimizer that a run needs to go on as if it had never stopped.</summary>
public sealed record TrainingCursor
{
    /// <summary>Updates of whole steps made so far; the next step's index.</summary>
    public required int Step { get; init; }

    /// <summary>Optimizer updates made so far (differs from <see cref="Step"/> with several updates per batch).</summary>
    public required int Updates { get; init; }

    public double BestValidation { get; init; } = double.NegativeInfinity;
    public int BestStep { get; init; }
    public int EvaluationsWithoutGain { get; init; }

    /// <summary>Step of the newest evaluation on the validation prompts; −1 before the first.</summary>
    public int LastValidation { get; init; } = -1;

    /// <summary>Step of the newest checkpoint that a run goes back to when it has to heal; −1 before the first. Always one at a multiple of
    /// evalInterval, so that where a run goes back to does not depend on time.</summary>
    public int GoodStep { get; init; } = -1;

    /// <summary>Times that the run went back.</summary>
    public int Rollbacks { get; init; }

    /// <summary>What those made of the learning rate.</summary>
    public double LearningRateFactor { get; init; } = 1;

    public PolicyWatch Watch { get; init; } = PolicyWatch.New;

    /// <summary>Weight that the next step's entropy bonus begins with; null without entropy control, and before the first step.</summary>
    public double? EntropyCoefficient { get; init; }

    /// <summary>Set once training has ended, with the reason: "steps" or "plateau".</summary>
    public string? Ended { get; init; }
}
