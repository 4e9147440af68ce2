namespace Hone.Training;

/// <summary>Training cannot go on; the message says why and what to do. What the last checkpoint holds is whole.</summary>
public abstract class TrainingException(string message) : Exception(message);

/// <summary>Too many completions could not be graded.</summary>
public sealed class GradingFaultException(string message) : TrainingException(message);

/// <summary>The checkpoint does not fit the run.</summary>
public sealed class CheckpointException(string message) : TrainingException(message);

/// <summary>The run went wrong in a way that an earlier checkpoint and a lower learning rate may mend.</summary>
/// <param name="what">What went wrong, a sentence.</param>
/// <param name="advice">What to do where nothing mends it.</param>
public abstract class UnstableException(string what, string advice) : TrainingException($"{what} {advice}")
{
    public string What => what;
}

/// <summary>A loss, a gradient or a log-probability is not a finite number; no weight was moved by it.</summary>
public sealed class GradientException(string what) : UnstableException(
    what,
    "Start anew with a lower learning rate, and with gradients clipped; going on from here would meet the same.");

/// <summary>The model gives one answer to every prompt, and a bad one.</summary>
public sealed class CollapseException(string what) : UnstableException(
    what,
    "Start anew with a lower learning rate, or with an entropy bonus.");
