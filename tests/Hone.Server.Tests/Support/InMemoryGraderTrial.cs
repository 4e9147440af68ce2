using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Server.Accounts;
using Hone.Server.Queue;

namespace Hone.Server.Tests.Support;

/// <summary>Grades in this process.</summary>
sealed class InMemoryGraderTrial : IGraderTrial
{
    public async Task<GraderTrial> Run(Caller caller, JsonObject grader, JsonNode? item, string sample, CancellationToken stop)
    {
        await using var built = GraderSettings.Parse(grader.ToJsonString()).Build();
        var record = (item as JsonObject)?.ToDictionary(member => member.Key, member => JsonSerializer.SerializeToElement(member.Value)) ?? [];
        long start = Stopwatch.GetTimestamp();
        var grades = await built.Grade([new GradingItem("trial", [], sample, null, record, Truncated: false)], stop);
        return new(grades[0], Stopwatch.GetElapsedTime(start));
    }
}
