using System.Text.Json.Nodes;
using Hone.Server.Registry;
using Hone.Server.Tests.Bedrock.Support;

namespace Hone.Server.Tests.Bedrock;

public sealed class ModelTests
{
    const string Deployments = "/model-customization/custom-model-deployments";

    [Fact]
    public async Task A_custom_model_shows_the_job_that_made_it()
    {
        await using var server = await BedrockServer.Start();
        string job = (string)(await server.Post("/model-customization-jobs", BedrockServer.Job())).Json["jobArn"]!;
        var model = await server.Tuned("tuned", job: job.Split('/')[^1]);
        string arn = BedrockServer.ArnOf(model);

        foreach (string reference in new[] { "tuned", arn, Uri.EscapeDataString(arn) })
        {
            var shown = (await server.Get("/custom-models/" + reference)).Json;
            Assert.Equal(
                (arn, "tuned", job, "sums", "Active", "arn:aws:bedrock:us-east-1::foundation-model/small"),
                ((string)shown["modelArn"]!, (string)shown["modelName"]!, (string)shown["jobArn"]!, (string)shown["jobName"]!, (string)shown["modelStatus"]!, (string)shown["baseModelArn"]!));
            Assert.Equal("s3://bucket/train.jsonl", (string)shown["trainingDataConfig"]!["s3Uri"]!);
        }

        Assert.Equal(404, (await server.Get("/custom-models/small")).Status);
    }

    [Fact]
    public async Task Custom_models_are_listed_by_name_base_and_status_and_only_to_their_owner()
    {
        await using var server = await BedrockServer.Start();
        foreach (string name in new[] { "a-one", "a-two", "b-one" })
        {
            await server.Tuned(name);
        }

        await server.Tuned("foreign", "000000000002");
        async Task<string> Names(string query) => string.Join(' ', (await server.Get("/custom-models" + query)).Json["modelSummaries"]!.AsArray().Select(one => (string)one!["modelName"]!));

        Assert.Equal("b-one a-two a-one", await Names(""));
        Assert.Equal("a-one a-two", await Names("?nameContains=a-&sortOrder=Ascending"));
        Assert.Equal("b-one a-two a-one", await Names("?baseModelArnEquals=arn:aws:bedrock:us-east-1::foundation-model/small&modelStatus=Active&isOwned=true"));
        Assert.Equal("", await Names("?foundationModelArnEquals=arn:aws:bedrock:us-east-1::foundation-model/large"));
        Assert.Equal("", await Names("?isOwned=false"));
        var page = (await server.Get("/custom-models?maxResults=2")).Json;
        var rest = (await server.Get("/custom-models?maxResults=2&nextToken=" + Uri.EscapeDataString((string)page["nextToken"]!))).Json;
        Assert.Equal((2, 1, null), (page["modelSummaries"]!.AsArray().Count, rest["modelSummaries"]!.AsArray().Count, rest["nextToken"]));
    }

    [Fact]
    public async Task An_adapter_is_brought_along_with_the_base_that_it_names()
    {
        await using var server = await BedrockServer.Start();
        string folder = Directory.CreateDirectory(Path.Combine(server.BucketFolder, "adapter")).FullName;
        string Body(string uri) => $$$"""{"modelName":"brought","modelSourceConfig":{"s3DataSource":{"s3Uri":"{{{uri}}}"}},"modelTags":[{"key":"a","value":"b"}]}""";
        var missing = await server.Post("/custom-models/create-custom-model", Body("s3://bucket/adapter/"));
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), """{"base_model_name_or_path":"org/large"}""");
        var unknown = await server.Post("/custom-models/create-custom-model", Body("s3://bucket/adapter/"));
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), """{"base_model_name_or_path":"/models/small"}""");
        var made = await server.Post("/custom-models/create-custom-model", Body("s3://bucket/adapter"));

        Assert.Equal(404, missing.Status);
        Assert.Contains("this server has no model 'large'", unknown.Message);
        Assert.Equal(202, made.Status);
        string arn = (string)made.Json["modelArn"]!;
        Assert.Equal("IMPORTED", (string)(await server.Get("/custom-models/" + arn)).Json["customizationType"]!);
        Assert.Equal("""[{"key":"a","value":"b"}]""", (await server.Post("/listTagsForResource", $$"""{"resourceARN":"{{arn}}"}""")).Json["tags"]!.ToJsonString());
    }

    [Fact]
    public async Task Foundation_models_are_the_servers_base_models()
    {
        await using var server = await BedrockServer.Start();
        var list = (await server.Get("/foundation-models?byOutputModality=TEXT&byInferenceType=ON_DEMAND")).Json["modelSummaries"]!.AsArray();
        var one = (await server.Get("/foundation-models/arn:aws:bedrock:us-east-1::foundation-model/small")).Json["modelDetails"]!;

        Assert.Equal("small", (string)Assert.Single(list)!["modelId"]!);
        Assert.True(JsonNode.DeepEquals(list[0], one));
        Assert.Empty((await server.Get("/foundation-models?byProvider=Someone")).Json["modelSummaries"]!.AsArray());
        Assert.Equal(400, (await server.Get("/foundation-models?byOutputModality=SOUND")).Status);
    }

    [Fact]
    public async Task Provisioned_throughput_says_what_to_use_instead()
    {
        await using var server = await BedrockServer.Start();
        var refused = await server.Post("/provisioned-model-throughput", """{"modelUnits":1,"provisionedModelName":"a","modelId":"small"}""");
        Assert.Equal((400, "ValidationException"), (refused.Status, refused.ErrorType));
        Assert.Contains("CreateCustomModelDeployment", refused.Message);
        Assert.Empty((await server.Get("/provisioned-model-throughputs")).Json["provisionedModelSummaries"]!.AsArray());
        Assert.Equal(404, (await server.Get("/provisioned-model-throughput/a")).Status);
    }

    [Fact]
    public async Task A_deployment_is_made_found_exchanged_and_deleted()
    {
        await using var server = await BedrockServer.Start();
        string first = BedrockServer.ArnOf(await server.Tuned("first")), second = BedrockServer.ArnOf(await server.Tuned("second"));
        var made = await server.Post(Deployments, $$"""{"modelDeploymentName":"live","modelArn":"{{first}}","description":"d","clientRequestToken":"t1"}""");
        string arn = (string)made.Json["customModelDeploymentArn"]!;
        Assert.Equal(202, made.Status);
        Assert.Matches("^arn:aws:bedrock:us-east-1:000000000001:custom-model-deployment/[a-z0-9]{12}$", arn);

        var shown = (await server.Get($"{Deployments}/{Uri.EscapeDataString(arn)}")).Json;
        Assert.Equal((arn, "live", first, "Active", "d"), ((string)shown["customModelDeploymentArn"]!, (string)shown["modelDeploymentName"]!, (string)shown["modelArn"]!, (string)shown["status"]!, (string)shown["description"]!));
        Assert.Equal(arn, (string)(await server.Post(Deployments, $$"""{"modelDeploymentName":"live","modelArn":"{{first}}","clientRequestToken":"t1"}""")).Json["customModelDeploymentArn"]!);
        Assert.Equal("ConflictException", (await server.Post(Deployments, $$"""{"modelDeploymentName":"live","modelArn":"{{first}}"}""")).ErrorType);
        Assert.Equal("ConflictException", (await server.Send(HttpMethod.Delete, "/custom-models/first", null)).ErrorType);

        Assert.Equal(202, (await server.Send(HttpMethod.Patch, $"{Deployments}/live", $$"""{"modelArn":"{{second}}"}""")).Status);
        shown = (await server.Get($"{Deployments}/live")).Json;
        Assert.Equal(second, (string)shown["modelArn"]!);
        Assert.Equal($$"""{"modelArn":"{{second}}","updateStatus":"UpdateCompleted"}""", shown["updateDetails"]!.ToJsonString());
        Assert.Single((await server.Get($"{Deployments}?modelArnEquals={second}&statusEquals=Active&nameContains=LI")).Json["modelDeploymentSummaries"]!.AsArray());
        Assert.Empty((await server.Get($"{Deployments}?modelArnEquals={first}")).Json["modelDeploymentSummaries"]!.AsArray());
        Assert.Equal(200, (await server.Send(HttpMethod.Delete, $"{Deployments}/live", null)).Status);
        Assert.Equal(404, (await server.Get($"{Deployments}/live")).Status);
    }

    [Fact]
    public async Task Only_an_active_custom_model_can_be_deployed()
    {
        await using var server = await BedrockServer.Start();
        await server.Models.Register((await server.Tuned("made")) with { Id = "ft:small:000000000001:coming:abcdefabcdef", Name = "coming", Status = ModelStatus.Creating }, default);
        foreach (var (model, status, sentence) in new[] { ("small", 400, "a foundation model"), ("coming", 400, "whose status is Creating"), ("nothing", 404, "There is no model") })
        {
            var refused = await server.Post(Deployments, $$"""{"modelDeploymentName":"live","modelArn":"{{model}}"}""");
            Assert.Equal(status, refused.Status);
            Assert.Contains(sentence, refused.Message);
        }
    }

    [Fact]
    public async Task Tags_stay_with_their_resource_and_within_their_number()
    {
        await using var server = await BedrockServer.Start();
        string arn = BedrockServer.ArnOf(await server.Tuned("tuned"));
        string Tags(int from, int count) => "[" + string.Join(',', Enumerable.Range(from, count).Select(i => $$"""{"key":"k{{i}}","value":"v"}""")) + "]";
        Assert.Equal(200, (await server.Post("/tagResource", $$"""{"resourceARN":"{{arn}}","tags":{{Tags(0, 200)}}}""")).Status);
        var many = await server.Post("/tagResource", $$"""{"resourceARN":"{{arn}}","tags":{{Tags(200, 1)}}}""");
        Assert.Equal((400, "TooManyTagsException"), (many.Status, many.ErrorType));
        Assert.Equal(200, (await server.Post("/listTagsForResource", $$"""{"resourceARN":"{{arn}}"}""")).Json["tags"]!.AsArray().Count);
        await server.Post("/untagResource", $$"""{"resourceARN":"{{arn}}","tagKeys":["k0","k1"]}""");
        Assert.Equal(198, (await server.Post("/listTagsForResource", $$"""{"resourceARN":"{{arn}}"}""")).Json["tags"]!.AsArray().Count);
        Assert.Equal(404, (await server.Post("/listTagsForResource", """{"resourceARN":"arn:aws:bedrock:us-east-1:000000000001:guardrail/abc"}""")).Status);
    }
}
