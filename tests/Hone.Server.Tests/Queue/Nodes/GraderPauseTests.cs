using System.Text.Json.Nodes;
using Hone.Server.Queue;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.Queue.Nodes;

/// <summary>A grader that asks for a pause pauses its job.</summary>
public sealed class GraderPauseTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task A_judge_whose_budget_is_spent_pauses_the_job_which_can_be_gone_on_with(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        var engine = new TrainingEngine();
        await using var server = await QueueServer.Start(store, engine);
        string cache = Path.Combine(store.Folder, "judge.db");

        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job(settings => settings["grader"] = Judge(cache)), default);
        var paused = await Rests(server, made.Id);
        var events = (await server.Jobs.Events(QueueServer.Owner, made.Id, 0, 100, newestFirst: false, default)).Items;

        Assert.Equal((JobStatus.Paused, null), (paused.Status, paused.Failure));
        Assert.Contains(events, one => one.Level == "warn" && one.Message.StartsWith("The job is paused: The judge", StringComparison.Ordinal)
            && one.Message.Contains("budget.hard", StringComparison.Ordinal));
        Assert.DoesNotContain(events, one => one.Level == "error");

        int starts = engine.Starts;
        while (paused.Status == JobStatus.Paused)
        {
            await server.Jobs.Resume(QueueServer.Owner, made.Id, default);
            paused = await Rests(server, made.Id);
        }

        Assert.True(engine.Starts > starts);
        Assert.Equal(JobStatus.Completed, paused.Status);
    }

    static async Task<ServerJob> Rests(QueueServer server, string id)
    {
        while (true)
        {
            var job = await server.Jobs.Find(QueueServer.Owner, id, default);
            if (job.Status == JobStatus.Paused || JobMoves.IsEnd(job.Status))
            {
                return job;
            }

            await Task.Delay(20);
        }
    }

    // Every answer is another question, and each question costs 1 or more.
    static JsonObject Judge(string cache) => new()
    {
        ["type"] = "score_model",
        ["name"] = "mine",
        ["modelFolder"] = Path.Combine(QueueServer.Repository, "models", "arithmetic"),
        ["input"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Rate {{sample.output_text}}" }),
        ["sampling_params"] = new JsonObject { ["max_completions_tokens"] = 4 },
        ["price"] = new JsonObject { ["input"] = 1e6, ["output"] = 1e6 },
        ["budget"] = new JsonObject { ["hard"] = 3000 },
        ["cache"] = cache,
    };
}
