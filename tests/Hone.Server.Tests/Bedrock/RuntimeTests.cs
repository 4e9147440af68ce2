using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Server.Bedrock.Runtime;
using Hone.Server.Tests.Bedrock.Support;

namespace Hone.Server.Tests.Bedrock;

public sealed class RuntimeTests
{
    const string Hello = """{"messages":[{"role":"user","content":[{"text":"one two three"}]}]}""";
    const string Tools = """ "toolConfig":{"tools":[{"toolSpec":{"name":"add","description":"Adds.","inputSchema":{"json":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}}}}]}""";

    [Fact]
    public async Task A_conversation_reaches_the_engine_as_chat_completions_write_it()
    {
        await using var server = await BedrockServer.Start();
        var answer = await server.Post("/model/small/converse", """
            {"system":[{"text":"Be"},{"text":"brief."}],
             "messages":[
               {"role":"user","content":[{"text":"What is 1+2?"}]},
               {"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm"}}},{"text":"I add."},{"toolUse":{"toolUseId":"t1","name":"add","input":{"a":1}}}]},
               {"role":"user","content":[{"toolResult":{"toolUseId":"t1","content":[{"json":{"sum":3}}]}},{"text":"So?"}]}],
             "inferenceConfig":{"maxTokens":5,"temperature":0.5,"topP":0.9,"stopSequences":["END"]},TOOLS,
             "additionalModelRequestFields":{"top_k":7,"seed":42},"requestMetadata":{"project":"x"}}
            """.Replace("TOOLS", Tools, StringComparison.Ordinal));

        Assert.Equal(200, answer.Status);
        var request = Assert.Single(server.Server.Engine.Requests);
        Assert.Equal(
            [
                """{"role":"system","content":"Be\nbrief."}""",
                """{"role":"user","content":"What is 1+2?"}""",
                """{"role":"assistant","content":"I add.","reasoning_content":"hm","tool_calls":[{"id":"t1","type":"function","function":{"name":"add","arguments":{"a":1}}}]}""",
                """{"role":"tool","tool_call_id":"t1","content":"{\"sum\":3}"}""",
                """{"role":"user","content":"So?"}""",
            ],
            request.Messages!.Select(message => message.Json.ToString()!));
        Assert.Equal("add", (string)request.Tools![0]!["function"]!["name"]!);
        Assert.Equal((5, 0.5f, 0.9f, 7, 42UL), (request.MaxTokens, request.Sampling.Temperature, request.Sampling.TopP, request.Sampling.TopK, request.Seed));
        Assert.Equal(["END"], request.Stop);
    }

    [Fact]
    public async Task Converse_answers_with_text_reason_usage_and_metrics()
    {
        await using var server = await BedrockServer.Start();
        var answer = (await server.Post("/model/small/converse", Hello)).Json;
        Assert.Equal("""{"message":{"role":"assistant","content":[{"text":"one two three"}]}}""", answer["output"]!.ToJsonString());
        Assert.Equal("end_turn", (string)answer["stopReason"]!);
        Assert.Equal("""{"inputTokens":3,"outputTokens":3,"totalTokens":6,"cacheReadInputTokens":0,"cacheWriteInputTokens":0}""", answer["usage"]!.ToJsonString());
        Assert.True((long)answer["metrics"]!["latencyMs"]! >= 0);
        var cut = (await server.Post("/model/small/converse", Hello[..^1] + ""","inferenceConfig":{"maxTokens":2}}""")).Json;
        Assert.Equal("max_tokens", (string)cut["stopReason"]!);
    }

    [Theory]
    [InlineData("Sure.\n<tool_call>{\"name\":\"add\",\"arguments\":{\"a\":1}}</tool_call>", "Sure.\n")]
    [InlineData("{\"name\":\"add\",\"parameters\":{\"a\":1}}", null)]
    [InlineData("<think>I add.</think>\n[TOOL_CALLS][{\"name\":\"add\",\"arguments\":{\"a\":1}}]", null)]
    public async Task Calls_of_tools_are_blocks_in_answers_and_streams(string text, string? before)
    {
        await using var server = await BedrockServer.Start();
        server.Server.Engine.Answer = _ => text;
        string body = Hello[..^1] + "," + Tools + "}";
        var answer = (await server.Post("/model/small/converse", body)).Json;
        var events = await Events(server, "/model/small/converse-stream", body);

        Assert.Equal("tool_use", (string)answer["stopReason"]!);
        var content = answer["output"]!["message"]!["content"]!.AsArray();
        var call = content[^1]!["toolUse"]!;
        Assert.Equal(("add", """{"a":1}"""), ((string)call["name"]!, call["input"]!.ToJsonString()));
        Assert.Equal(before, (string?)content.FirstOrDefault(block => block!["text"] is not null)?["text"]);
        Assert.Equal(text.Contains("think", StringComparison.Ordinal) ? "I add." : null, (string?)content[0]!["reasoningContent"]?["reasoningText"]!["text"]);
        var start = events.Single(one => one.Type == "contentBlockStart").Payload;
        Assert.Equal("add", (string)start["start"]!["toolUse"]!["name"]!);
        Assert.Equal("""{"a":1}""", (string)events.Last(one => one.Type == "contentBlockDelta").Payload["delta"]!["toolUse"]!["input"]!);
        Assert.Equal("tool_use", (string)events.Single(one => one.Type == "messageStop").Payload["stopReason"]!);
        Assert.Equal(before, events.Any(one => one.Payload["delta"]?["text"] is not null) ? string.Concat(events.Select(one => (string?)one.Payload["delta"]?["text"])) : null);
        int[] blocks = [.. events.Where(one => one.Payload["contentBlockIndex"] is not null).Select(one => (int)one.Payload["contentBlockIndex"]!)];
        Assert.Equal(blocks.Order(), blocks);
    }

    [Fact]
    public async Task A_forced_call_and_a_form_become_schemas()
    {
        await using var server = await BedrockServer.Start();
        server.Server.Engine.Answer = _ => "{}";
        await server.Post("/model/small/converse", Hello[..^1] + "," + Tools[..^1] + ""","toolChoice":{"tool":{"name":"add"}}}}""");
        await server.Post("/model/small/converse", Hello[..^1] + ""","outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"name":"n","schema":"{\"type\":\"object\"}"}}}}}""");
        await server.Post("/model/small/invoke", """{"messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_object"}}""");

        Assert.Equal("add", (string)server.Server.Engine.Requests[0].Schema!["properties"]!["name"]!["const"]!);
        Assert.Equal("""{"type":"object"}""", server.Server.Engine.Requests[1].Schema!.ToJsonString());
        Assert.Equal("true", server.Server.Engine.Requests[2].Schema!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"messages":[]}""", "messages holds no message")]
    [InlineData("{}", "messages is missing")]
    [InlineData("""{"messages":[{"role":"king","content":[{"text":"a"}]}]}""", "messages[0].role is 'king'")]
    [InlineData("""{"messages":[{"role":"user","content":[{"image":{}}]}]}""", "messages[0].content[0].image is not offered here")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"assistant","content":[{"text":"b"}]}]}""", "ends with the assistant's turn")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{"temperature":1.5}}""", "inferenceConfig.temperature is 1.5")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{"maxTokens":0}}""", "inferenceConfig.maxTokens is 0")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]}],"guardrailConfig":{}}""", "guardrailConfig is not offered here")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]}],"colour":1}""", "colour is not known here")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]}],"additionalModelRequestFields":{"colour":1}}""", "additionalModelRequestFields.colour is not known here")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]}],"requestMetadata":{"a":1}}""", "requestMetadata.a is 1")]
    public async Task A_conversation_out_of_form_is_refused_with_its_place(string body, string sentence)
    {
        await using var server = await BedrockServer.Start();
        foreach (string operation in new[] { "converse", "converse-stream" })
        {
            var refused = await server.Post("/model/small/" + operation, body);
            Assert.Equal((400, "ValidationException"), (refused.Status, refused.ErrorType));
            Assert.Contains(sentence, refused.Message);
        }
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"one two"}],"max_tokens":9,"seed":3}""", """{"role":"assistant","content":"one two"}""", "choices.0.message")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"one two"}]}]}""", "\"stop\"", "choices.0.finish_reason")]
    [InlineData("""{"prompt":"one two","max_gen_len":9,"temperature":0,"top_p":1}""", """{"generation":"one two","prompt_token_count":2,"generation_token_count":2,"stop_reason":"stop"}""", "")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"one two"}]}],"inferenceConfig":{"max_new_tokens":9}}""", """[{"text":"one two"}]""", "output.message.content")]
    public async Task InvokeModel_takes_the_bodies_of_three_families(string body, string expected, string path)
    {
        await using var server = await BedrockServer.Start();
        var answer = await server.Post("/model/small/invoke", body);
        Assert.Equal(200, answer.Status);
        JsonNode node = answer.Json;
        foreach (string part in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            node = int.TryParse(part, out int i) ? node[i]! : node[part]!;
        }

        Assert.Equal(expected, node.ToJsonString());
        Assert.Equal("2", answer.Headers.GetValues("X-Amzn-Bedrock-Output-Token-Count").Single());
    }

    [Fact]
    public async Task A_streamed_body_is_the_whole_one_in_pieces_with_metrics_in_the_last()
    {
        await using var server = await BedrockServer.Start();
        var chunks = (await Events(server, "/model/small/invoke-with-response-stream", """{"prompt":"one two three"}""")).Select(EventMessages.Chunk).ToList();
        Assert.Equal("one two three", string.Concat(chunks.Select(chunk => (string)chunk["generation"]!)));
        Assert.Equal(3, (int)chunks[^1]["amazon-bedrock-invocationMetrics"]!["outputTokenCount"]!);
        var nova = (await Events(server, "/model/small/invoke-with-response-stream", Hello[..^1] + ""","schemaVersion":"messages-v1"}""")).Select(EventMessages.Chunk).ToList();
        Assert.Equal("messageStart contentBlockDelta", string.Join(' ', nova.Take(2).Select(chunk => chunk.First().Key)));
        Assert.Contains(nova, chunk => chunk["messageStop"] is not null);
    }

    [Fact]
    public async Task What_fails_after_the_first_piece_is_an_event_and_before_it_a_status()
    {
        await using var server = await BedrockServer.Start();
        server.Inference.FailAfter = (1, new ApiProblem(ProblemKind.TooMany, "Too much at once."));
        var events = await Events(server, "/model/small/converse-stream", Hello);
        server.Inference.FailAfter = (0, new ApiProblem(ProblemKind.TooMany, "Too much at once.") { RetryAfter = TimeSpan.FromSeconds(3) });
        var refused = await server.Post("/model/small/converse-stream", Hello);

        Assert.Equal(("throttlingException", "Too much at once."), (events[^1].Type, (string)events[^1].Payload["message"]!));
        Assert.Equal((429, "ThrottlingException", "3"), (refused.Status, refused.ErrorType, refused.Headers.GetValues("Retry-After").Single()));
    }

    [Fact]
    public async Task A_caller_that_goes_away_frees_what_its_request_held()
    {
        await using var server = await BedrockServer.Start();
        server.Server.Engine.BetweenPieces = TimeSpan.FromSeconds(20);
        using var patience = new CancellationTokenSource();
        var asked = server.Server.Client.PostAsync("/model/small/converse-stream", new StringContent(Hello), patience.Token);
        for (int i = 0; i < 1000 && server.Server.Engine.Requests.Count == 0; i++)
        {
            await Task.Delay(10);
        }

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        for (int i = 0; i < 500 && server.Inference.Cancelled == 0; i++)
        {
            await Task.Delay(10);
        }

        Assert.Equal(1, server.Inference.Cancelled);
    }

    [Fact]
    public async Task Every_way_to_name_a_model_leads_to_it_and_a_foreign_one_to_nothing()
    {
        await using var server = await BedrockServer.Start();
        var model = await server.Tuned("tuned");
        string arn = BedrockServer.ArnOf(model);
        string deployment = (string)(await server.Post("/model-customization/custom-model-deployments", $$"""{"modelDeploymentName":"live","modelArn":"{{arn}}"}""")).Json["customModelDeploymentArn"]!;
        foreach (string name in new[] { arn, Uri.EscapeDataString(arn), deployment, Uri.EscapeDataString(deployment), Uri.EscapeDataString(model.Id) })
        {
            Assert.Equal(200, (await server.Post($"/model/{name}/converse", Hello)).Status);
        }

        Assert.All(server.Server.Engine.Requests, request => Assert.Equal("/adapters/tuned", request.Adapter));
        using var stranger = await server.Stranger();
        foreach (string name in new[] { arn, deployment, model.Id })
        {
            Assert.Equal(404, (await server.Post($"/model/{Uri.EscapeDataString(name)}/converse", Hello, stranger)).Status);
        }

        Assert.Equal("UnknownOperationException", (await server.Post("/model/small/dance", Hello)).ErrorType);
    }

    [Fact]
    public async Task Tokens_are_counted_as_the_model_would_read_them()
    {
        await using var server = await BedrockServer.Start();
        string body = Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"prompt":"one two"}"""));
        Assert.Equal(3, (int)(await server.Post("/model/small/count-tokens", "{\"input\":{\"converse\":" + Hello + "}}")).Json["inputTokens"]!);
        Assert.Equal(2, (int)(await server.Post("/model/small/count-tokens", "{\"input\":{\"invokeModel\":{\"body\":\"" + body + "\"}}}")).Json["inputTokens"]!);
        Assert.Contains("needs exactly one", (await server.Post("/model/small/count-tokens", """{"input":{}}""")).Message);
        Assert.Contains("base64", (await server.Post("/model/small/count-tokens", """{"input":{"invokeModel":{"body":"?"}}}""")).Message);
    }

    [Fact]
    public void A_message_of_an_event_stream_is_framed_by_lengths_and_sums()
    {
        byte[] message = EventStream.Message([(":event-type", "chunk")], "{}"u8);
        Assert.Equal(0xCBF43926u, Crc32.Of("123456789"u8));
        Assert.Equal(0xE3069283u, ~Crc32.Append(~0u, "123456789"u8, castagnoli: true));
        Assert.Equal(message.Length, BinaryPrimitives.ReadInt32BigEndian(message));
        Assert.Equal(":event-type\u0007\0\u0005chunk", Encoding.UTF8.GetString(message, 13, 19));
    }

    static async Task<List<(string Type, JsonObject Payload)>> Events(BedrockServer server, string path, string body)
    {
        using var response = await server.Server.Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal("application/vnd.amazon.eventstream", response.Content.Headers.ContentType!.MediaType);
        return EventMessages.Read(await response.Content.ReadAsByteArrayAsync());
    }
}
