namespace Hone.Training;

/// <summary>Training cannot go on; the message says why and what to do. What the last checkpoint holds is whole.</summary>
public abstract class TrainingException(string message) : Exception(message);

/// <summary>Too many completions could not be graded.</summary>
public sealed class GradingFaultException(string message) : TrainingException(message);

/// <summary>A gradient is not a finite number; no weight was moved by it.</summary>
public sealed class GradientException(string message) : TrainingException(message);
