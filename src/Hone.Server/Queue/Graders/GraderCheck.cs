using Hone.Grading;
using Hone.Jobs;
using Hone.Server.Queue.Nodes;

namespace Hone.Server.Queue.Graders;

/// <summary>Tries a job's grader before the job costs anything: it must answer when it is given reference answers. The run itself looks closer.</summary>
static class GraderCheck
{
    const int Tried = 2;
    static readonly TimeSpan _deadline = TimeSpan.FromMinutes(2);

    /// <returns>What is to be said of it.</returns>
    /// <exception cref="JobFailedException">It grades none of them.</exception>
    public static async Task<string> Try(JobSettings job, JobRecords records, CancellationToken stop)
    {
        // A judge on this machine computes a model, which is the engine's business.
        if (job.Grader.Json.GetRawText().Contains("\"modelFolder\"", StringComparison.Ordinal))
        {
            return "the grader is tried when the run begins.";
        }

        GradingItem[] items =
        [
            .. records.Training.Take(Tried).Select((record, i) => new GradingItem(
                $"check/{record.Id}", [.. record.Messages.Select(turn => new GradingMessage(turn.Role, turn.Content) { Written = turn.Written })],
                record.Reference ?? "", record.Reference, record.Metadata, Truncated: false)
            {
                Group = $"check/{record.Id}",
                Index = 0,
            }),
        ];
        await using var grader = new GuardedGrader(job.Grader.Build(), "grader", _deadline);
        var grades = await grader.Grade(items, stop);
        double[] scores = [.. grades.Select(grade => grade.Score).OfType<double>()];
        return scores.Length > 0 || grades.Count == 0
            ? $"the grader gives its reference answers {string.Join(" and ", scores.Select(score => score.ToString("0.###")))}."
            : throw new JobFailedException("grader_failed", $"The grader does not grade reference answers: {grades[0].Fault}");
    }
}
