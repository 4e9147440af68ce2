namespace Hone.Grading.Workers;

/// <summary>Why a worker gave no answer. The kinds are what faults are counted by.</summary>
sealed class WorkerFault(string kind, string message) : Exception(message)
{
    public const string Start = "start";
    public const string Deadline = "deadline";
    public const string Memory = "memory";
    public const string Processes = "processes";
    public const string Output = "output";
    public const string Crash = "crash";
    public const string Exception = "exception";
    public const string Answer = "answer";

    public string Kind => kind;
}
