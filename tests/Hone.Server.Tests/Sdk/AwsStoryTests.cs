using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Tests.Bedrock.Support;
using Hone.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Sdk;

public sealed class AwsStoryTests
{
    [NodeFact]
    public async Task AWSs_SDK_for_JavaScript_lives_through_a_whole_story()
    {
        // The grader is called as Lambda is, signed with whatever credentials the environment has.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "AKIATEST");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
        await using var lambda = await LambdaStub.Start((answer, reference) => reference is not null && answer.StartsWith("Say", StringComparison.Ordinal) ? 1 : 0);
        await using var server = await BedrockServer.Start(settings => settings with { LambdaEndpoint = lambda.Address });
        var runner = new StoryRunner(server.Server.Services, server.Jobs, server.Models);
        server.Jobs.Runner = runner.Run;
        var key = server.Server.Key;
        var environment = new Dictionary<string, string>
        {
            ["ENDPOINT"] = server.Address.ToString().TrimEnd('/'),
            ["AWS_ACCESS_KEY_ID"] = key.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = key.SecretAccessKey,
            ["BEARER"] = key.Bearer,
            ["ROWS"] = """{"messages":[{"role":"user","content":"Say 1"}]}""",
            ["HYPERPARAMETERS"] = """{"epochCount":1,"batchSize":16,"learningRate":0.0001}""",
        };

        var seen = JsonNode.Parse(await NodeScript.Run("aws", "story.mjs", environment, "small"))!.AsObject();

        Assert.Empty(runner.Read!.Problems);
        Assert.Equal(90, runner.Read.Prompts.Count);
        Assert.All(runner.Read.Prompts, prompt => Assert.Equal(prompt.Text, prompt.Reference));
        Assert.Equal(8, lambda.Graded);
        Check(seen, "small");
    }

    [NodeFact]
    public async Task The_same_story_runs_over_the_true_queue_and_engine()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "AKIATEST");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
        await using var lambda = await LambdaStub.Start((answer, _) => answer.Contains('1') ? 1 : 0);
        await using var server = await TestServer.Start(
            settings => settings with { ModelFolders = [Path.Combine(QueueServer.Repository, "models")], LambdaEndpoint = lambda.Address },
            services => services.AddSingleton<IEngine>(_ => new LocalEngine(new EngineSettings())));
        var environment = new Dictionary<string, string>
        {
            ["ENDPOINT"] = server.Client.BaseAddress!.ToString().TrimEnd('/'),
            ["AWS_ACCESS_KEY_ID"] = server.Key.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = server.Key.SecretAccessKey,
            ["BEARER"] = server.Key.Bearer,
            ["ROWS"] = """{"messages":[{"role":"user","content":"Say 1"}]}""",
            ["HYPERPARAMETERS"] = """{"epochCount":1,"batchSize":32,"learningRate":0.0001,"trainingSamplePerPrompt":2,"inferenceMaxTokens":8}""",
        };

        var seen = JsonNode.Parse(await NodeScript.Run("aws", "story.mjs", environment, "arithmetic"))!.AsObject();

        Check(seen, "arithmetic");
        Assert.True(lambda.Graded > 0);
    }

    /// <summary>What the story saw, whichever queue and engine stood behind it.</summary>
    public static void Check(JsonObject seen, string baseModel)
    {
        string Text(string path) => path.Split('.').Aggregate((JsonNode?)seen, (node, part) => int.TryParse(part, out int i) ? node![i] : node![part])?.ToString() ?? "null";
        CheckStorage(seen, Text);
        Assert.Equal(baseModel, Text("foundation.0"));
        Assert.Equal("""{"bucketName":"story","keyPrefix":"logs"}""", seen["logging"]!.ToJsonString());
        Assert.Equal("true", Text("sameJob"));
        Assert.Equal("ValidationException 400", $"{Text("refused.name")} {Text("refused.status")}");
        Assert.Contains("jobName is 'a b'", Text("refused.message"));
        Assert.Equal("Completed", Text("job.status"));
        Assert.Contains("InProgress Completed Completed InProgress", seen["phases"]!.AsArray().Select(phase => (string)phase!));
        Assert.Equal("Completed Completed Completed Completed", (string)seen["phases"]!.AsArray()[^1]!);
        Assert.Equal("story-job", Text("jobs.0"));
        Assert.Equal("ConflictException", Text("stopped.name"));
        Assert.Equal("Active REINFORCEMENT_FINE_TUNING story-model story-job", $"{Text("model.modelStatus")} {Text("model.customizationType")} {Text("model.modelName")} {Text("model.jobName")}");
        Assert.Equal("[true]", seen["models"]!.ToJsonString());
        Assert.Equal("""[{"key":"stage","value":"two"}]""", seen["tags"]!.ToJsonString());
        Assert.Equal("""[{"key":"kind","value":"tuned"}]""", seen["modelTags"]!.ToJsonString());
        Assert.Equal("Active The tuned one", $"{Text("deployment.status")} {Text("deployment.description")}");
        Assert.Contains("CreateCustomModelDeployment", Text("throughput.message"));
        CheckAnswers(seen, Text);
        CheckRefusals(Text);
        Assert.Equal("ConflictException", Text("inUse.name"));
        Assert.Equal("story", Text("deployments.0"));
        Assert.Equal("ResourceNotFoundException", Text("deleted"));
        Assert.Equal("null", Text("notLogged"));
    }

    static void CheckStorage(JsonObject seen, Func<string, string> text)
    {
        Assert.Equal("70003", text("object"));
        Assert.Contains("""["in/stream.txt",70003]""", seen["keys"]!.ToJsonString());
        Assert.Equal("in/ story", $"{text("folders.0")} {text("buckets.0")}");
        Assert.Equal("NoSuchKey NoSuchBucket", $"{text("gone")} {text("missingBucket")}");
    }

    static void CheckAnswers(JsonObject seen, Func<string, string> text)
    {
        string answer = text("converse.text");
        Assert.NotEmpty(answer);
        Assert.Contains(text("converse.stop"), new[] { "end_turn", "max_tokens" });
        var usage = seen["converse"]!["usage"]!;
        Assert.Equal((int)usage["inputTokens"]! + (int)usage["outputTokens"]!, (int)usage["totalTokens"]!);
        var stream = seen["stream"]!.AsArray();
        string[] kinds = [.. stream.Select(one => one!.AsObject().Single().Key)];
        Assert.Equal(["messageStart", "contentBlockDelta"], kinds[..2]);
        Assert.Equal(["contentBlockStop", "messageStop", "metadata"], kinds[^3..]);
        Assert.Equal(answer, string.Concat(stream.Select(one => (string?)one!["contentBlockDelta"]?["delta"]?["text"])));
        Assert.Equal((int)usage["totalTokens"]!, (int)stream[^1]!["metadata"]!["usage"]!["totalTokens"]!);
        Assert.Equal(text("invoke"), text("invokeStream"));
        Assert.True((int)seen["metrics"]!["outputTokenCount"]! > 0);
        Assert.Equal(text("tokens"), text("tokensOfBody"));
        Assert.True((int)seen["tokens"]! > 0);
    }

    static void CheckRefusals(Func<string, string> text)
    {
        Assert.Equal("ResourceNotFoundException 404", $"{text("unknown.name")} {text("unknown.status")}");
        Assert.Equal("ValidationException 400 true", $"{text("badStream.name")} {text("badStream.status")} {text("badStream.id")}");
        Assert.Equal("InvalidSignatureException 403", $"{text("wrongSecret.name")} {text("wrongSecret.status")}");
        Assert.Equal("UnrecognizedClientException 403", $"{text("wrongKey.name")} {text("wrongKey.status")}");
        Assert.Contains("valid region", text("wrongRegion.message"));
        Assert.Equal("SignatureDoesNotMatch", text("wrongStorage"));
        Assert.Equal("1", text("bearer"));
    }
}
