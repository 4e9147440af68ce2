using System.Text;
using System.Text.Json.Nodes;
using Hone.Grading.Workers;
using Hone.Server.Queue;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.Queue;

/// <summary>What the code of a grader, or of a model that it runs, finds on the server's machine.</summary>
public sealed class GraderSecretsTests
{
    static readonly string[] _looks =
    [
        "open(FOLDER + '/server.secret').read()",
        "open(FOLDER + '/hone.db', 'rb').read(16)",
        "os.listdir(FOLDER + '/files')",
        "os.listdir(HOME + '/.ssh')",
        "[name for name in os.listdir(TEMPORARY) if not name.startswith('hone-')][0]",
        "open('/etc/shadow').read()[0]",
        "os.environ['HONE_GRADER_SECRET']",
        "socket.create_connection(('127.0.0.1', PORT), 2)",
    ];

    [Fact]
    public async Task Code_of_a_grader_sees_nothing_of_the_server()
    {
        if (!PrivateFiles.CanBeHidden)
        {
            return;
        }

        Environment.SetEnvironmentVariable("HONE_GRADER_SECRET", "secret");
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);
        var code = new StringBuilder($"import os, socket\nFOLDER = {Text(server.Folder)}\nTEMPORARY = {Text(Path.GetTempPath())}\n");
        code.Append($"HOME = {Text(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile))}\nPORT = {server.Client.BaseAddress!.Port}\n");
        code.Append("def grade(sample, item):\n    seen = []\n");
        code.AppendJoin("", _looks.Select((look, i) => $"    try:\n        {look}\n        seen.append({i})\n    except (OSError, LookupError):\n        pass\n"));
        code.Append("    if seen:\n        raise Exception(seen)\n    return 0.25\n");

        var trial = await server.Get<IGraderTrial>().Run(QueueServer.Stranger, Python("source", code.ToString()), null, "x", default);

        Assert.True(trial.Grade.Score == 0.25, $"{trial.Grade.Score} {trial.Grade.Reason} {trial.Grade.Fault}");
    }

    [Fact]
    public async Task A_graders_own_file_in_the_data_folder_runs_all_the_same()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);
        string folder = Path.Combine(server.Folder, "jobs", "one", "inputs");
        string file = Path.Combine(Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName, "grader.py");
        await File.WriteAllTextAsync(file, """
            def lambda_handler(event, context):
                return [{"id": one["id"], "aggregate_reward_score": 0.5} for one in event]
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "train.jsonl"), "{}");

        var trial = await server.Get<IGraderTrial>().Run(QueueServer.Owner, Python("file", file), null, "x", default);

        Assert.True(trial.Grade.Score == 0.5, $"{trial.Grade.Reason} {trial.Grade.Fault}");
    }

    [Theory]
    [InlineData("""{"kind":"python","source":"x","network":true}""", "grader.network opens the server's network")]
    [InlineData("""{"kind":"python","source":"x","workers":1024}""", "grader.workers is 1024, but may be")]
    [InlineData("""{"kind":"lambda","arn":"arn:aws:lambda:us-east-1:1:function:f"}""", "grader.kind calls AWS Lambda with the server's AWS credentials")]
    [InlineData("""{"graderConfig":{"lambdaGrader":{"lambdaArn":"arn:aws:lambda:us-east-1:1:function:f"}}}""", "grader.graderConfig calls AWS Lambda")]
    [InlineData("""{"kind":"http","url":"http://127.0.0.1:1/"}""", "grader.url is an address of the server's machine")]
    [InlineData("""{"kind":"http","url":"http://localhost:1/"}""", "grader.url is an address of the server's machine")]
    [InlineData("""{"kind":"http","url":"http://[::ffff:169.254.169.254]/latest"}""", "grader.url is an address of the server's machine")]
    [InlineData("""{"kind":"http","url":"http://2130706433/"}""", "grader.url is an address of the server's machine")]
    [InlineData("""{"kind":"judge","endpoint":"http://10.0.0.1/v1","model":"m","rubric":{"criteria":[{"name":"a","description":"b"}]}}""", "grader.endpoint is an address")]
    public async Task Strangers_reach_nothing_through_the_server(string grader, string problem)
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);

        var refused = await Assert.ThrowsAsync<ApiProblem>(() =>
            server.Get<IGraderTrial>().Run(QueueServer.Stranger, JsonNode.Parse(grader)!.AsObject(), null, "", default));

        Assert.Contains(problem, refused.Message);
    }

    [Fact]
    public async Task A_strangers_project_is_never_built()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);
        string project = Path.Combine(Directory.CreateDirectory(Path.Combine(server.Folder, "buckets", "evil")).FullName, "x.csproj");
        await File.WriteAllTextAsync(project, $"""
            <Project DefaultTargets="Build"><Target Name="Build"><WriteLinesToFile File="{project}.built" Lines="built" /></Target></Project>
            """);
        var grader = new JsonObject { ["kind"] = "gate", ["first"] = new JsonArray(new JsonObject { ["kind"] = "csharp", ["project"] = project }) };

        var problem = await Assert.ThrowsAsync<ApiProblem>(() => server.Get<IGraderTrial>().Run(QueueServer.Stranger, grader, null, "", default));

        Assert.Contains("project is built on the server's machine, which only its owner may", problem.Message);
        Assert.False(File.Exists($"{project}.built"));
    }

    static JsonObject Python(string key, string value) => new() { ["kind"] = "python", [key] = value };

    static string Text(string value) => JsonValue.Create(value).ToJsonString();
}
