using System.Text.Json.Nodes;

namespace Hone.EndToEndTests.Sdk;

/// <summary>AWS's SDK for JavaScript against the program, unchanged but for endpoint and key.</summary>
public sealed class AwsJavaScriptTests
{
    [NodeFact]
    public async Task A_whole_story()
    {
        await using var lambda = await LambdaStub.Start(answer => answer.Contains('1') ? 1 : 0);
        using var server = new StoryServer("--lambda-endpoint", lambda.Address);

        var seen = JsonNode.Parse(await NodeScript.Run("aws", "story.mjs", Environment(server), StoryServer.Model))!.AsObject();

        Check(seen, StoryServer.Model);
        Assert.NotEmpty(lambda.References);
        Assert.DoesNotContain(null, lambda.References);
        Assert.All(lambda.Paths, path => Assert.Equal("/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:grade/invocations", path));
    }

    [NodeFact]
    public async Task Every_command_answers_with_the_type_that_the_SDK_declares()
    {
        await using var lambda = await LambdaStub.Start(answer => answer.Contains('1') ? 1 : 0);
        using var server = new StoryServer("--lambda-endpoint", lambda.Address);

        await NodeScript.Run("aws", "commands.mjs", Environment(server), StoryServer.Model);
    }

    static Dictionary<string, string> Environment(StoryServer server) => new()
    {
        ["AWS_ENDPOINT_URL"] = server.Address,
        ["AWS_ENDPOINT_URL_S3"] = $"{server.Address}/s3",
        ["AWS_REGION"] = "us-east-1",
        ["ENDPOINT"] = server.Address,
        ["AWS_ACCESS_KEY_ID"] = server.AccessKeyId,
        ["AWS_SECRET_ACCESS_KEY"] = server.SecretAccessKey,
        ["BEARER"] = server.Bearer,
    };

    static void Check(JsonObject seen, string baseModel)
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
