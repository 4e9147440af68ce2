namespace Hone.Grading.Workers;

/// <summary>What the workers of one grader may use.</summary>
public sealed record WorkerLimits
{
    // As many as a run sends before it waits for the first.
    const int BatchesOnTheWay = 4;

    /// <summary>Seconds that one call may take.</summary>
    public double CallSeconds { get; init; } = 10;

    /// <summary>Seconds that a batch may take. Below the deadline of a run's whole batch, so that what is graded by then is kept.</summary>
    public double BatchSeconds { get; init; } = 240;

    /// <summary>Seconds from the start of a worker until it is ready.</summary>
    public double StartSeconds { get; init; } = 30;

    /// <summary>Memory of a worker with all its children. Each process is held to it by the system, their sum is watched.</summary>
    public int MemoryMegabytes { get; init; } = 1024;

    /// <summary>Processes that a worker may have beside itself.</summary>
    public int Processes { get; init; } = 64;

    /// <summary>What one call may write, to its output and beside it.</summary>
    public int OutputMegabytes { get; init; } = 16;

    /// <summary>What may lie in the temporary folder.</summary>
    public int TemporaryMegabytes { get; init; } = 256;

    public bool Network { get; init; }

    /// <summary>Names of environment variables that a worker gets.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Workers side by side.</summary>
    public int Workers { get; init; } = System.Environment.ProcessorCount;

    /// <summary>Calls after which a worker is replaced.</summary>
    public int CallsPerWorker { get; init; } = 10_000;

    /// <summary>How long a batch may take that comes last of those on the way, and waits for the others.</summary>
    internal TimeSpan Patience => TimeSpan.FromSeconds(BatchesOnTheWay * BatchSeconds);

    internal static WorkerLimits Read(GraderForm form)
    {
        var otherwise = new WorkerLimits();
        return new()
        {
            CallSeconds = form.Number("callSeconds", 0.05, 900) ?? otherwise.CallSeconds,
            BatchSeconds = form.Number("batchSeconds", 0.05, 86_400) ?? otherwise.BatchSeconds,
            StartSeconds = form.Number("startSeconds", 0.05, 900) ?? otherwise.StartSeconds,
            MemoryMegabytes = form.Integer("memoryMegabytes", 64, 1 << 20) ?? otherwise.MemoryMegabytes,
            Processes = form.Integer("processes", 0, 100_000) ?? otherwise.Processes,
            OutputMegabytes = form.Integer("outputMegabytes", 1, 1024) ?? otherwise.OutputMegabytes,
            TemporaryMegabytes = form.Integer("temporaryMegabytes", 1, 1 << 20) ?? otherwise.TemporaryMegabytes,
            Network = form.Flag("network"),
            Environment = form.Texts("environment") ?? otherwise.Environment,
            Workers = form.Integer("workers", 1, 1024) ?? otherwise.Workers,
            CallsPerWorker = form.Integer("callsPerWorker", 1) ?? otherwise.CallsPerWorker,
        };
    }
}
