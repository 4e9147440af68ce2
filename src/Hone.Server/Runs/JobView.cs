using Hone.Server.Queue;

namespace Hone.Server.Runs;

/// <summary>A job as /hone/v1 shows it.</summary>
static class JobView
{
    public static object Of(ServerJob job) => new
    {
        Id = $"ftjob-{job.Id}",
        job.Name,
        job.ModelName,
        job.Api,
        job.Method,
        job.Status,
        job.BaseModel,
        job.OutputModel,
        job.Step,
        job.Steps,
        job.TrainedTokens,
        job.Priority,
        job.Node,
        job.Failure,
        job.Metadata,
        Inputs = job.Inputs.Select(input => new { input.Role, input.Source }),
        Phases = new { Validation = Phase(job.Phases.Validation), Data = Phase(job.Phases.Data), Training = Phase(job.Phases.Training) },
        job.Created,
        job.Started,
        job.Ended,
        Over = JobMoves.IsEnd(job.Status),
    };

    static object Phase(JobPhase phase) => new { phase.Status, phase.Started, phase.Modified };
}
