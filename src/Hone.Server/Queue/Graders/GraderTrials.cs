using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;

namespace Hone.Server.Queue.Graders;

/// <summary>
/// Tries graders in the server: those that hold user code run in workers of their own, as in a job; those that ask a model of this machine ask the engine.
/// </summary>
sealed class GraderTrials(ServerSettings settings, GraderFiles files, Func<IEngine> engine) : IGraderTrial, IDisposable
{
    const int MostAtOnce = 4;
    static readonly TimeSpan _deadline = TimeSpan.FromMinutes(2);

    readonly SemaphoreSlim _room = new(MostAtOnce);

    public void Dispose() => _room.Dispose();

    public async Task<GraderTrial> Run(Caller caller, JsonObject grader, JsonNode? item, string sample, CancellationToken stop)
    {
        GraderFiles.RefuseBuilds(caller, grader, "grader");
        var given = grader.DeepClone().AsObject();
        GraderReach.Limit(given, caller, settings);
        var parsed = new GraderSettings(JsonSerializer.SerializeToElement<JsonNode>(given));
        await _room.WaitAsync(stop);
        string folder = Directory.CreateTempSubdirectory("hone-grader-").FullName;
        try
        {
            return await Run(caller, parsed, new GraderContext(folder).WithEngine(engine, caller.Account), ItemOf(item, sample), stop);
        }
        finally
        {
            _room.Release();
            Directory.Delete(folder, recursive: true);
        }
    }

    async Task<GraderTrial> Run(Caller caller, GraderSettings parsed, GraderContext context, GradingItem item, CancellationToken stop)
    {
        string[] problems = [.. parsed.Problems("grader", context), .. files.Problems(caller, parsed, "grader", context)];
        if (problems.Length > 0)
        {
            throw ApiProblem.Invalid(string.Join(" ", problems), "grader");
        }

        if (parsed.Json.GetRawText().Contains("\"modelFolder\"", StringComparison.Ordinal))
        {
            caller.Require(KeyScopes.Infer);
        }

        var watch = Stopwatch.StartNew();
        await using var grader = new GuardedGrader(parsed.Build(context), "grader", _deadline);
        try
        {
            var grades = await grader.Grade([item], stop);
            return new(grades[0], watch.Elapsed);
        }
        catch (GradingPausedException paused)
        {
            return new(item.Failed("grader", paused.Message), watch.Elapsed);
        }
    }

    static GradingItem ItemOf(JsonNode? item, string sample)
    {
        var members = item as JsonObject ?? [];
        var metadata = members.ToDictionary(pair => pair.Key, pair => JsonSerializer.SerializeToElement(pair.Value));
        string? reference = members["reference_answer"] switch
        {
            null => null,
            JsonValue value when value.TryGetValue(out string? text) => text,
            var other => other.ToJsonString(),
        };
        return new GradingItem("trial", Messages(members), sample, reference, metadata, Truncated: false) { Group = "trial" };
    }

    static IReadOnlyList<GradingMessage> Messages(JsonObject item) => item["messages"] is JsonArray turns
        ? [.. turns.OfType<JsonObject>().Select(turn => new GradingMessage(Text(turn["role"]), Text(turn["content"])))]
        : [];

    static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : node?.ToJsonString() ?? "";
}
