using System.Text.Json.Nodes;
using Hone.Server.Queue;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.Queue;

public sealed class GraderTrialsTests
{
    [Fact]
    public async Task A_grader_scores_one_answer()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);
        var trials = server.Get<IGraderTrial>();
        var grader = new JsonObject { ["kind"] = "finalNumber" };
        var item = new JsonObject { ["reference_answer"] = "#### 7" };

        Assert.Equal(1, (await trials.Run(QueueServer.Stranger, grader, item, "3+4=7\n#### 7", default)).Grade.Score);
        Assert.Equal(0, (await trials.Run(QueueServer.Stranger, grader, item, "#### 8", default)).Grade.Score);
    }

    [Fact]
    public async Task A_grader_with_problems_is_refused_with_all_of_them()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);
        var grader = new JsonObject { ["kind"] = "finalNumber", ["mode"] = "lax", ["no"] = 1 };

        var problem = await Assert.ThrowsAsync<ApiProblem>(() => server.Get<IGraderTrial>().Run(QueueServer.Stranger, grader, null, "", default));

        Assert.Equal((ProblemKind.Invalid, "grader"), (problem.Kind, problem.Parameter));
        Assert.Contains("lax", problem.Message);
        Assert.Contains("grader.no", problem.Message);
    }

    [Fact]
    public async Task Files_of_the_machine_are_not_run_for_strangers()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);
        string file = Path.Combine(store.Folder, "grader.py");
        await File.WriteAllTextAsync(file, "def grade(sample, item):\n    return 1.0\n");
        var grader = new JsonObject { ["kind"] = "python", ["file"] = file };

        var problem = await Assert.ThrowsAsync<ApiProblem>(() => server.Get<IGraderTrial>().Run(QueueServer.Stranger, grader, null, "", default));

        Assert.Contains("only its owner may", problem.Message);
    }

    [Theory]
    [InlineData("""{"kind":"http","url":"https://example.com","headers":{"X-Key":{"env":"PATH"}}}""")]
    [InlineData("""{"kind":"judge","endpoint":"https://example.com/v1","model":"m","apiKey":{"env":"AWS_SECRET_ACCESS_KEY"},"rubric":{"criteria":[{"name":"a","description":"b"}]}}""")]
    public async Task Strangers_send_nothing_of_the_servers_environment_anywhere(string grader)
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);

        var problem = await Assert.ThrowsAsync<ApiProblem>(() =>
            server.Get<IGraderTrial>().Run(QueueServer.Stranger, JsonNode.Parse(grader)!.AsObject(), null, "", default));

        Assert.Contains("env names an environment variable", problem.Message);
    }
}
