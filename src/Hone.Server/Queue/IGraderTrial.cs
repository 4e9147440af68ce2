using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Server.Accounts;

namespace Hone.Server.Queue;

/// <summary>What a grader said of one answer, and how long it took.</summary>
public sealed record GraderTrial(Grade Grade, TimeSpan Elapsed);

/// <summary>Tries a grader on one answer, as a job would use it: behind the same walls and with the same deadlines.</summary>
public interface IGraderTrial
{
    /// <param name="grader">As in a job file.</param>
    /// <param name="item">The record that the answer belongs to, an object; null: an empty one.</param>
    /// <param name="sample">The answer.</param>
    /// <exception cref="ApiProblem">The grader's settings have problems; all in one message.</exception>
    Task<GraderTrial> Run(Caller caller, JsonObject grader, JsonNode? item, string sample, CancellationToken stop);
}
