using System.Text.Json.Nodes;
using Hone.Server.Queue;

namespace Hone.Server.OpenAi.FineTuning;

/// <summary>A checkpoint in OpenAI's shape.</summary>
static class CheckpointObject
{
    public static JsonObject Of(ServerJob job, JobCheckpoint checkpoint)
    {
        var metrics = MetricNames.Of(checkpoint.Metrics);
        metrics["step"] = checkpoint.Step;
        return new()
        {
            ["object"] = "fine_tuning.job.checkpoint",
            ["id"] = checkpoint.Id,
            ["created_at"] = Answers.Seconds(checkpoint.Created),
            ["fine_tuned_model_checkpoint"] = checkpoint.Model,
            ["fine_tuning_job_id"] = JobObject.Id(job),
            ["metrics"] = metrics,
            ["step_number"] = checkpoint.Step,
        };
    }
}
