namespace Hone.Grading;

/// <summary>A grader asks the run to pause until a person has decided, such as a judge whose budget is spent. The message says why and what to do.</summary>
/// <remarks>It is no fault of any item: the run keeps what it has and can be resumed.</remarks>
public sealed class GradingPausedException(string message) : Exception(message);
