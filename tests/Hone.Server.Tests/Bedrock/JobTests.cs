using System.Text.Json.Nodes;
using Hone.Server.Queue;
using Hone.Server.Tests.Bedrock.Support;

namespace Hone.Server.Tests.Bedrock;

public sealed class JobTests
{
    const string Jobs = "/model-customization-jobs";

    [Fact]
    public async Task A_reinforcement_job_reaches_the_queue_in_the_words_of_a_job_file()
    {
        await using var server = await BedrockServer.Start();
        var made = await server.Post(Jobs, BedrockServer.Job(
            ("validationDataConfig", """{"validators":[{"s3Uri":"s3://bucket/held-out.jsonl"}]}"""),
            ("jobTags", """[{"key":"team","value":"blue"}]""")));

        Assert.Equal(201, made.Status);
        string arn = (string)made.Json["jobArn"]!;
        Assert.Matches("^arn:aws:bedrock:us-east-1:000000000001:model-customization-job/small/[a-z0-9]{12}$", arn);
        var job = await server.Jobs.Find(BedrockServer.Owner, "sums", default);
        Assert.Equal(JobMethod.Reinforcement, job.Method);
        Assert.Equal(["training s3://bucket/train.jsonl", "validation s3://bucket/held-out.jsonl"], job.Inputs.Select(input => $"{input.Role} {input.Source}"));
        Assert.Equal("s3://bucket/out/", job.OutputUri);
        Assert.Equal(
            """
            {"grader":{"kind":"lambda","arn":"arn:aws:lambda:us-east-1:123456789012:function:my-grader"},"hyperParameters":{"epochCount":2,"batchSize":16,"learningRate":0.0001,"maxPromptLength":256,"trainingSamplePerPrompt":4,"inferenceMaxTokens":64,"reasoningEffort":"high","evalInterval":10}}
            """,
            job.Settings.ToJsonString());
    }

    [Fact]
    public async Task A_job_shows_every_member_that_it_was_made_with_and_its_phases()
    {
        await using var server = await BedrockServer.Start();
        string body = BedrockServer.Job(
            ("clientRequestToken", "\"token-1\""), ("customModelKmsKeyId", "\"my-key\""), ("vpcConfig", """{"subnetIds":["subnet-1"],"securityGroupIds":["sg-1"]}"""));
        string arn = (string)(await server.Post(Jobs, body)).Json["jobArn"]!;
        var now = DateTimeOffset.Parse("2026-01-02T03:04:05.678Z");
        string id = arn.Split('/')[^1];
        server.Jobs.Change(BedrockServer.Owner, id, job => job with
        {
            Status = JobStatus.Running,
            Phases = new(new(PhaseStatus.Completed, now, now), new(PhaseStatus.InProgress, now, null), JobPhase.NotStarted),
        });
        server.Jobs.Tell(BedrockServer.Owner, id, "metrics", "Step", new() { ["step"] = 1, ["loss"] = 0.25 });

        foreach (string reference in new[] { "sums", arn, Uri.EscapeDataString(arn) })
        {
            var job = (await server.Get($"{Jobs}/{reference}")).Json;
            Assert.Equal(arn, (string)job["jobArn"]!);
            Assert.Equal("InProgress", (string)job["status"]!);
            Assert.Equal("""{"status":"Completed","creationTime":"2026-01-02T03:04:05.678Z","lastModifiedTime":"2026-01-02T03:04:05.678Z"}""", job["statusDetails"]!["validationDetails"]!.ToJsonString());
            Assert.Equal("InProgress", (string)job["statusDetails"]!["dataProcessingDetails"]!["status"]!);
            Assert.Equal("""{"status":"NotStarted"}""", job["statusDetails"]!["trainingDetails"]!.ToJsonString());
            Assert.Equal("arn:aws:bedrock:us-east-1::foundation-model/small", (string)job["baseModelArn"]!);
            Assert.Equal(0.25, (double)job["trainingMetrics"]!["trainingLoss"]!);
            var asked = JsonNode.Parse(body)!;
            foreach (string echoed in new[] { "roleArn", "trainingDataConfig", "outputDataConfig", "customizationConfig", "vpcConfig", "clientRequestToken", "jobName", "customizationType" })
            {
                Assert.True(JsonNode.DeepEquals(asked[echoed], job[echoed]), echoed);
            }
        }
    }

    [Fact]
    public async Task The_same_token_makes_one_job_and_with_other_parameters_a_conflict()
    {
        await using var server = await BedrockServer.Start();
        string token = "\"token-1\"";
        var first = await server.Post(Jobs, BedrockServer.Job(("clientRequestToken", token)));
        var again = await server.Post(Jobs, BedrockServer.Job(("clientRequestToken", token)));
        var other = await server.Post(Jobs, BedrockServer.Job(("clientRequestToken", token), ("jobName", "\"other\"")));

        Assert.Equal(201, again.Status);
        Assert.Equal((string)first.Json["jobArn"]!, (string)again.Json["jobArn"]!);
        Assert.Equal((400, "ConflictException"), (other.Status, other.ErrorType));
    }

    [Theory]
    [InlineData("jobName", "\"bad name\"", "jobName is 'bad name', but needs to satisfy the pattern")]
    [InlineData("jobName", "7", "jobName is 7, but needs to be text in quotes")]
    [InlineData("jobName", null, "jobName is missing")]
    [InlineData("customModelName", "\"a..b\"", "customModelName is 'a..b'")]
    [InlineData("roleArn", "\"me\"", "roleArn is 'me'")]
    [InlineData("outputDataConfig", """{"s3Uri":"/tmp/out"}""", "outputDataConfig.s3Uri is '/tmp/out'")]
    [InlineData("trainingDataConfig", "{}", "trainingDataConfig has 0 of s3Uri, invocationLogsConfig, but needs exactly one.")]
    [InlineData("trainingDataConfig", """{"s3Uri":"s3://bucket/a","uri":1}""", "trainingDataConfig.uri is not known here")]
    [InlineData("customizationType", "\"DISTILLATION\"", "customizationType DISTILLATION is not offered here")]
    [InlineData("customizationType", "\"MAGIC\"", "customizationType is 'MAGIC', but needs to be one of")]
    [InlineData("hyperParameters", """{"epochCount":"1"}""", "hyperParameters is for FINE_TUNING")]
    [InlineData("colour", "1", "colour is not known here; the request can have")]
    [InlineData("jobTags", """[{"key":"a","value":"1"},{"key":"a","value":"2"}]""", "jobTags has the key 'a' twice")]
    [InlineData("customizationConfig", """{"rftConfig":{"graderConfig":{"lambdaGrader":{"lambdaArn":"http://grader"}}}}""", "lambdaArn is 'http://grader'")]
    [InlineData("customizationConfig", """{"rftConfig":{}}""", "customizationConfig.rftConfig.graderConfig is missing")]
    [InlineData("validationDataConfig", """{"validators":[1]}""", "validationDataConfig.validators[0] is 1, but needs to be an object")]
    [InlineData("clientRequestToken", "\"\"", "clientRequestToken has 0 characters")]
    public async Task A_member_out_of_form_is_named_with_its_place(string member, string? json, string sentence)
    {
        await using var server = await BedrockServer.Start();
        var refused = await server.Post(Jobs, BedrockServer.Job((member, json)));

        Assert.Equal((400, "ValidationException"), (refused.Status, refused.ErrorType));
        Assert.Contains(sentence, refused.Message);
        Assert.Empty((await server.Get(Jobs)).Json["modelCustomizationJobSummaries"]!.AsArray());
    }

    [Theory]
    [InlineData("epochCount", "51", "a whole number from 1 to 50")]
    [InlineData("epochCount", "1.5", "a whole number from 1 to 50")]
    [InlineData("batchSize", "15", "a whole number from 16 to 512")]
    [InlineData("learningRate", "0.01", "a number from 1E-07 to 0.001")]
    [InlineData("trainingSamplePerPrompt", "17", "a whole number from 2 to 16")]
    [InlineData("reasoningEffort", "\"huge\"", "one of low, medium, high")]
    [InlineData("evalInterval", "0", "a whole number from 1 to 100")]
    [InlineData("inferenceMaxTokens", "\"64\"", "a whole number")]
    [InlineData("temperature", "1", "is not known here")]
    public async Task Hyperparameters_have_Bedrocks_ranges(string name, string json, string sentence)
    {
        await using var server = await BedrockServer.Start();
        var config = JsonNode.Parse(BedrockServer.Job())!["customizationConfig"]!.DeepClone();
        config["rftConfig"]!["hyperParameters"]![name] = JsonNode.Parse(json);

        var refused = await server.Post(Jobs, BedrockServer.Job(("customizationConfig", config.ToJsonString())));

        Assert.Equal(400, refused.Status);
        Assert.Contains($"customizationConfig.rftConfig.hyperParameters.{name} is", refused.Message);
        Assert.Contains(sentence, refused.Message);
    }

    [Fact]
    public async Task All_problems_come_at_once()
    {
        await using var server = await BedrockServer.Start();
        var refused = await server.Post(Jobs, BedrockServer.Job(("jobName", "7"), ("roleArn", null), ("colour", "1")));

        Assert.StartsWith("3 validation errors detected: ", refused.Message);
    }

    [Fact]
    public async Task Fine_tuning_takes_its_numbers_as_texts()
    {
        await using var server = await BedrockServer.Start();
        (string, string?)[] supervised = [("customizationType", "\"FINE_TUNING\""), ("customizationConfig", null)];
        var made = await server.Post(Jobs, BedrockServer.Job([.. supervised, ("hyperParameters", """{"epochCount":"2","learningRate":"0.00005","learningRateWarmupSteps":"3"}""")]));
        var refused = await server.Post(Jobs, BedrockServer.Job([.. supervised, ("hyperParameters", """{"epochCount":"two","depth":"1"}""")]));

        Assert.Equal(201, made.Status);
        var job = await server.Jobs.Find(BedrockServer.Owner, "sums", default);
        Assert.Equal(JobMethod.Supervised, job.Method);
        Assert.Equal("""{"hyperParameters":{"epochCount":2,"learningRate":5E-05,"warmupSteps":3}}""", job.Settings.ToJsonString());
        Assert.Contains("hyperParameters.epochCount is 'two', but needs to be a whole number from 1 to 50, in quotes.", refused.Message);
        Assert.Contains("hyperParameters.depth is not known here", refused.Message);
    }

    [Fact]
    public async Task The_list_filters_sorts_and_pages()
    {
        await using var server = await BedrockServer.Start();
        for (int i = 0; i < 5; i++)
        {
            await server.Post(Jobs, BedrockServer.Job(("jobName", $"\"job-{i}\"")));
        }

        server.Jobs.Change(BedrockServer.Owner, "job-3", job => job with { Status = JobStatus.Completed });

        Assert.Equal(["job-4", "job-3", "job-2", "job-1", "job-0"], await Names(server, ""));
        Assert.Equal(["job-0", "job-1", "job-2", "job-3", "job-4"], await Names(server, "?sortBy=CreationTime&sortOrder=Ascending"));
        Assert.Equal(["job-3"], await Names(server, "?statusEquals=Completed"));
        Assert.Equal(["job-4", "job-2", "job-1", "job-0"], await Names(server, "?statusEquals=InProgress&maxResults=1"));
        Assert.Equal(["job-4", "job-3", "job-2", "job-1", "job-0"], await Names(server, "?maxResults=2"));
        Assert.Equal(["job-2"], await Names(server, "?nameContains=b-2"));
        Assert.Empty(await Names(server, "?creationTimeBefore=2020-01-01T00:00:00Z"));
        foreach (string bad in new[] { "?maxResults=0", "?sortOrder=Up", "?colour=1", "?creationTimeAfter=now", "?nextToken=abc", "?statusEquals=Done" })
        {
            Assert.Equal(400, (await server.Get(Jobs + bad)).Status);
        }
    }

    static async Task<IReadOnlyList<string>> Names(BedrockServer server, string query)
    {
        List<string> names = [];
        for (string? token = ""; token is not null;)
        {
            string next = token.Length == 0 ? "" : (query.Length == 0 ? "?" : "&") + "nextToken=" + Uri.EscapeDataString(token);
            var page = (await server.Get(Jobs + query + next)).Json;
            names.AddRange(page["modelCustomizationJobSummaries"]!.AsArray().Select(job => (string)job!["jobName"]!));
            token = (string?)page["nextToken"];
        }

        return names;
    }

    [Fact]
    public async Task A_job_is_stopped_once()
    {
        await using var server = await BedrockServer.Start();
        string arn = (string)(await server.Post(Jobs, BedrockServer.Job())).Json["jobArn"]!;
        var stopped = await server.Send(HttpMethod.Post, $"{Jobs}/{Uri.EscapeDataString(arn)}/stop", null);
        var again = await server.Post($"{Jobs}/sums/stop", "{}");

        Assert.Equal((200, "{}"), (stopped.Status, stopped.Json.ToJsonString()));
        Assert.Equal("Stopped", (string)(await server.Get($"{Jobs}/sums")).Json["status"]!);
        Assert.Equal((400, "ConflictException"), (again.Status, again.ErrorType));
    }

    [Fact]
    public async Task Another_accounts_job_is_not_there()
    {
        await using var server = await BedrockServer.Start();
        string arn = (string)(await server.Post(Jobs, BedrockServer.Job())).Json["jobArn"]!;
        using var stranger = await server.Stranger();

        foreach (var answer in new[]
        {
            await server.Get($"{Jobs}/{Uri.EscapeDataString(arn)}", stranger), await server.Get($"{Jobs}/sums", stranger),
            await server.Post($"{Jobs}/sums/stop", "{}", stranger), await server.Post("/listTagsForResource", $$"""{"resourceARN":"{{arn}}"}""", stranger),
        })
        {
            Assert.Equal((404, "ResourceNotFoundException"), (answer.Status, answer.ErrorType));
        }

        Assert.Empty((await server.Get(Jobs, stranger)).Json["modelCustomizationJobSummaries"]!.AsArray());
    }

    [Theory]
    [InlineData("{", "SerializationException")]
    [InlineData("[]", "ValidationException")]
    [InlineData("""{"jobName":"a","jobName":"b"}""", "SerializationException")]
    [InlineData("""{"jobName":"\ud800"}""", "ValidationException")]
    public async Task A_body_that_is_no_object_is_refused(string body, string type)
    {
        await using var server = await BedrockServer.Start();
        var refused = await server.Post(Jobs, body);
        Assert.Equal((400, type), (refused.Status, refused.ErrorType));
    }

    [Fact]
    public async Task Every_answer_has_an_id_and_errors_have_AWSs_shape()
    {
        await using var server = await BedrockServer.Start();
        using var nobody = server.Server.ClientOf(null);
        var missing = await server.Get($"{Jobs}/nothing");
        var unsigned = await server.Get(Jobs, nobody);
        var wrong = await server.Send(HttpMethod.Delete, Jobs, null);

        Assert.All([missing, unsigned, wrong, await server.Get(Jobs)], answer => Assert.NotEmpty(answer.Headers.GetValues("x-amzn-RequestId").Single()));
        Assert.Equal((404, "ResourceNotFoundException"), (missing.Status, missing.ErrorType));
        Assert.Equal(403, unsigned.Status);
        Assert.Equal(405, wrong.Status);
        Assert.All([missing, unsigned, wrong], answer => Assert.NotEmpty(answer.Message));
    }
}
