using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Server.Accounts;
using Hone.Server.Queue;

namespace Hone.Server.Tests.Dashboard.Stage;

/// <summary>Grades in the test's own process.</summary>
sealed class StagedTrial : IGraderTrial
{
    public async Task<GraderTrial> Run(Caller caller, JsonObject grader, JsonNode? item, string sample, CancellationToken stop)
    {
        var settings = GraderSettings.Parse(grader.ToJsonString());
        string[] problems = [.. settings.Problems("grader")];
        if (problems.Length > 0)
        {
            throw ApiProblem.Invalid(string.Join(" ", problems), "grader");
        }

        var watch = Stopwatch.StartNew();
        await using var built = settings.Build();
        var grades = await built.Grade([new("trial", [], sample, (string?)item?["reference_answer"], new Dictionary<string, JsonElement>(), false)], stop);
        return new(grades[0], watch.Elapsed);
    }
}
