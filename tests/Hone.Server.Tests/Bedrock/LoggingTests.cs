using System.IO.Compression;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Bedrock.Logging;
using Hone.Server.Inference;
using Hone.Server.Registry;
using Hone.Server.Tests.Bedrock.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Bedrock;

public sealed class LoggingTests
{
    const string Path = "/logging/modelinvocations";
    const string Config = """{"loggingConfig":{"s3Config":{"bucketName":"bucket","keyPrefix":"logs"},"textDataDeliveryEnabled":true}}""";

    static string Hello(string text) => $$$"""{"messages":[{"role":"user","content":[{"text":"{{{text}}}"}]}],"requestMetadata":{"project":"x"}}""";

    static async Task<List<JsonObject>> Entries(BedrockServer server)
    {
        await server.Server.Services.GetRequiredService<InvocationLog>().Flush(Caller.FirstAccount, default);
        List<JsonObject> entries = [];
        string folder = System.IO.Path.Combine(server.BucketFolder, "logs");
        foreach (string file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json.gz", SearchOption.AllDirectories).Where(file => !file.Contains("/data/", StringComparison.Ordinal)) : [])
        {
            Assert.Matches(@"logs/AWSLogs/000000000001/BedrockModelInvocationLogs/us-east-1/\d{4}/\d\d/\d\d/\d\d/\d{8}T\d{9}Z_[a-z0-9]{16}\.json\.gz$", file);
            using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
            entries.AddRange((await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()));
        }

        return entries;
    }

    [Fact]
    public async Task Calls_are_logged_from_the_moment_it_is_switched_on_to_the_moment_it_is_switched_off()
    {
        await using var server = await BedrockServer.Start();
        await server.Post("/model/small/converse", Hello("before"));
        Assert.Equal("{}", (await server.Get(Path)).Json.ToJsonString());
        Assert.Equal(200, (await server.Send(HttpMethod.Put, Path, Config)).Status);
        Assert.Equal(Config, (await server.Get(Path)).Json.ToJsonString());
        await server.Post("/model/small/converse", Hello("one"));
        await server.Server.Client.PostAsync("/model/small/converse-stream", new StringContent(Hello("two")));
        await server.Post("/model/small/invoke", """{"prompt":"three"}""");
        await server.Post("/model/nobody/converse", Hello("four"));
        Assert.Equal(200, (await server.Send(HttpMethod.Delete, Path, null)).Status);
        await server.Post("/model/small/converse", Hello("after"));

        var entries = await Entries(server);
        Assert.Equal(["Converse", "ConverseStream", "InvokeModel", "Converse"], entries.Select(entry => (string)entry["operation"]!));
        var first = entries[0];
        Assert.Equal(("ModelInvocationLog", "1.0", "000000000001", "us-east-1", "small"), ((string)first["schemaType"]!, (string)first["schemaVersion"]!, (string)first["accountId"]!, (string)first["region"]!, (string)first["modelId"]!));
        Assert.StartsWith("arn:aws:iam::000000000001:user/", (string)first["identity"]!["arn"]!);
        Assert.Equal("""{"project":"x"}""", first["requestMetadata"]!.ToJsonString());
        Assert.Equal("one", (string)first["input"]!["inputBodyJson"]!["messages"]![0]!["content"]![0]!["text"]!);
        Assert.Equal("two", (string)entries[1]["output"]!["outputBodyJson"]!["output"]!["message"]!["content"]![0]!["text"]!);
        Assert.Equal((1, 1), ((int)entries[2]["input"]!["inputTokenCount"]!, (int)entries[2]["output"]!["outputTokenCount"]!));
        Assert.Equal(("ResourceNotFoundException", null), ((string)entries[3]["errorCode"]!, entries[3]["output"]));
    }

    [Fact]
    public async Task A_long_body_lies_beside_its_entry()
    {
        await using var server = await BedrockServer.Start();
        await server.Send(HttpMethod.Put, Path, Config);
        await server.Post("/model/small/converse", Hello(new string('a', 200_000)));

        var entry = Assert.Single(await Entries(server));
        string address = (string)entry["input"]!["inputBodyS3Path"]!;
        Assert.Matches(@"^s3://bucket/logs/AWSLogs/.*/data/[a-z0-9]+_input\.json\.gz$", address);
        Assert.True(File.Exists(System.IO.Path.Combine(server.BucketFolder, "..", address["s3://".Length..])));
    }

    [Theory]
    [InlineData("""{"loggingConfig":{"s3Config":{"bucketName":"nothing"}}}""", 404, "no bucket")]
    [InlineData("""{"loggingConfig":{"s3Config":{"bucketName":"B"}}}""", 400, "loggingConfig.s3Config.bucketName")]
    [InlineData("""{"loggingConfig":{"cloudWatchConfig":{"logGroupName":"a","roleArn":"b"}}}""", 400, "cloudWatchConfig is not offered here")]
    [InlineData("""{"loggingConfig":{}}""", 400, "loggingConfig.s3Config is missing")]
    [InlineData("""{"logging":{}}""", 400, "loggingConfig is missing")]
    public async Task A_configuration_that_cannot_be_followed_is_refused(string config, int status, string sentence)
    {
        await using var server = await BedrockServer.Start();
        var refused = await server.Send(HttpMethod.Put, Path, config);
        Assert.Equal(status, refused.Status);
        Assert.Contains(sentence, refused.Message);
        Assert.Equal("{}", (await server.Get(Path)).Json.ToJsonString());
    }

    [Fact]
    public async Task Only_an_administrators_key_may_switch_it()
    {
        await using var server = await BedrockServer.Start();
        var key = await server.Server.NewKey(Caller.FirstAccount, KeyScopes.Read | KeyScopes.Write | KeyScopes.Infer);
        using var client = server.Server.ClientOf(key.Bearer);
        var refused = await server.Send(HttpMethod.Put, Path, Config, client);
        Assert.Equal((403, "AccessDeniedException"), (refused.Status, refused.ErrorType));
    }

    [Fact]
    public async Task What_waits_when_the_server_ends_is_delivered_or_kept()
    {
        await using var server = await BedrockServer.Start();
        await server.Send(HttpMethod.Put, Path, Config);
        await server.Post("/model/small/converse", Hello("one"));
        string waiting = System.IO.Path.Combine(server.Server.Folder, "invocation-log", "000000000001.jsonl");
        Assert.True(File.Exists(waiting));
        Directory.Move(server.BucketFolder, server.BucketFolder + "-away");
        await Assert.ThrowsAnyAsync<Exception>(() => server.Server.Services.GetRequiredService<InvocationLog>().Flush(Caller.FirstAccount, default));
        Assert.True(File.Exists(waiting));
        Directory.Move(server.BucketFolder + "-away", server.BucketFolder);
        Assert.Single(await Entries(server));
        Assert.False(File.Exists(waiting));
    }

    [Fact]
    public async Task Calls_of_OpenAI_s_routes_are_in_the_log_too_and_can_be_trained_on()
    {
        await using var server = await BedrockServer.Start(replace: services => services.AddSingleton<IInference>(all => new EngineInference(
            () => all.GetRequiredService<IEngine>(), all.GetRequiredService<IModels>(), all.GetRequiredService<InferenceTurns>(),
            all.GetRequiredService<InvocationBook>())));
        await server.Post("/v1/chat/completions", """{"model":"small","messages":[{"role":"user","content":"before"}]}""");
        await server.Send(HttpMethod.Put, Path, Config);
        await server.Post("/v1/chat/completions", """{"model":"small","messages":[{"role":"user","content":"one"}],"metadata":{"project":"x"}}""");
        await server.Post("/v1/responses", """{"model":"small","instructions":"Be brief.","input":"two"}""");
        await server.Post("/v1/completions", """{"model":"small","prompt":["three","four"]}""");
        await server.Post("/model/small/converse", Hello("five"));

        var entries = await Entries(server);
        Assert.Equal(
            ["Converse", "chat.completions", "completions", "completions", "responses"],
            entries.Select(entry => (string)entry["operation"]!).Order(StringComparer.Ordinal));
        var chat = entries.Single(entry => (string)entry["operation"]! == "chat.completions");
        Assert.Equal("""{"project":"x"}""", chat["requestMetadata"]!.ToJsonString());
        Assert.Equal("one", (string)chat["output"]!["outputBodyJson"]!["choices"]![0]!["message"]!["content"]!);
        var read = Training.Data.InvocationLogs.InvocationLog.Read(new()
        {
            InvocationLogSource = new() { Path = System.IO.Path.Combine(server.BucketFolder, "logs") },
            UsePromptResponse = true,
        });
        Assert.Empty(read.Problems);
        Assert.Equal(["five", "four", "one", "three", "two"], read.Records.Select(record => record.Messages[^1].Content).Order(StringComparer.Ordinal));
        Assert.Equal(["five", "four", "one", "three", "two"], read.Records.Select(record => record.Reference).Order(StringComparer.Ordinal));
    }
}
