using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Server.Queue;

namespace Hone.Server.OpenAi.FineTuning;

/// <summary>An event of a job in OpenAI's shape.</summary>
static class EventObject
{
    public static JsonObject Of(JobEvent happened) => new()
    {
        ["object"] = "fine_tuning.job.event",
        ["id"] = happened.Id,
        ["created_at"] = Answers.Seconds(happened.At),
        ["level"] = happened.Level,
        ["type"] = happened.Type,
        ["message"] = happened.Message,
        ["data"] = happened.Data is { } data ? MetricNames.Of(data) : null,
    };

    /// <summary>The number that the id of a job's event ends with; 0 for none.</summary>
    /// <exception cref="ApiProblem">It is no event's id, or another job's.</exception>
    public static long Number(ServerJob job, string? id, string parameter)
    {
        if (id is null)
        {
            return 0;
        }

        string prefix = $"ftevent-{job.Id}-";
        return id.StartsWith(prefix, StringComparison.Ordinal)
            && long.TryParse(id.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0
            ? number
            : throw ApiProblem.Invalid($"{parameter} is '{id}', but needs to be the id of one of the job's events.", parameter);
    }
}
