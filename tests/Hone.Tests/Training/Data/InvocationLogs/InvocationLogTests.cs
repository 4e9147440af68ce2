using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Training.Data;
using Hone.Training.Data.InvocationLogs;

namespace Hone.Tests.Training.Data.InvocationLogs;

public sealed class InvocationLogTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-log-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string, string> Shapes => new()
    {
        {
            "Converse",
            """{"messages":[{"role":"user","content":[{"text":"7+"},{"text":"5?"}]}],"system":[{"text":"Add."}],"inferenceConfig":{"maxTokens":9}}""",
            """{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm"}}},{"text":"12"}]}},"stopReason":"end_turn"}"""
        },
        {
            "Nova",
            """{"schemaVersion":"messages-v1","system":[{"text":"Add."}],"messages":[{"role":"user","content":[{"text":"7+5?"},{"cachePoint":{"type":"default"}}]}]}""",
            """[{"messageStart":{"role":"assistant"}},{"contentBlockDelta":{"delta":{"text":"1"},"contentBlockIndex":0}},{"contentBlockDelta":{"delta":{"text":"2"}}},{"messageStop":{"stopReason":"end_turn"}}]"""
        },
        {
            "Anthropic",
            """{"anthropic_version":"bedrock-2023-05-31","max_tokens":9,"system":"Add.","messages":[{"role":"user","content":"7+5?"}]}""",
            """{"id":"msg","type":"message","role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"12"}],"stop_reason":"end_turn"}"""
        },
        {
            "Anthropic, parts and stream",
            """{"anthropic_version":"bedrock-2023-05-31","system":[{"type":"text","text":"Add."}],"messages":[{"role":"user","content":[{"type":"text","text":"7+5?"}]}]}""",
            """[{"type":"message_start","message":{}},{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"1"}},{"type":"content_block_delta","delta":{"type":"text_delta","text":"2"}},{"type":"message_stop"}]"""
        },
        {
            "OpenAI",
            """{"messages":[{"role":"system","content":"Add."},{"role":"user","content":"7+5?"}],"max_completion_tokens":9}""",
            """{"choices":[{"index":0,"message":{"role":"assistant","content":"12"},"finish_reason":"stop"}],"object":"chat.completion"}"""
        },
        {
            "OpenAI, streamed",
            """{"messages":[{"role":"system","content":"Add."},{"role":"user","content":[{"type":"text","text":"7+5?"}]}]}""",
            """[{"choices":[{"delta":{"role":"assistant","content":""}}]},{"choices":[{"delta":{"content":"12"}}]},{"choices":[]}]"""
        },
        {
            "Llama 3",
            """{"prompt":"<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nAdd.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n7+5?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n","max_gen_len":9}""",
            """{"generation":"\n\n12","prompt_token_count":9,"stop_reason":"stop"}"""
        },
        {
            "Mistral",
            """{"prompt":"<s>[INST] <<SYS>>\nAdd.\n<</SYS>>\n\n7+5? [/INST]","max_tokens":9}""",
            """{"outputs":[{"text":" 12","stop_reason":"stop"}]}"""
        },
        {
            "ChatML",
            """{"prompt":"<|im_start|>system\nAdd.<|im_end|>\n<|im_start|>user\n7+5?<|im_end|>\n<|im_start|>assistant\n"}""",
            """{"choices":[{"text":"12"}]}"""
        },
        {
            "Cohere",
            """{"preamble":"Add.","message":"7+5?","chat_history":[]}""",
            """{"text":"12","finish_reason":"COMPLETE"}"""
        },
        {
            "bodies as text",
            """ "{\"system\":\"Add.\",\"messages\":[{\"role\":\"user\",\"content\":\"7+5?\"}]}" """,
            """ "{\"content\":[{\"type\":\"text\",\"text\":\"12\"}]}" """
        },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_call_of_every_shape_becomes_a_prompt_and_its_response_the_reference(string shape, string input, string output)
    {
        var result = Read(new() { UsePromptResponse = true, InvocationLogSource = Log("a.json", Entry("r1", input, output)) });

        var record = Assert.Single(result.RecordsOrThrow());
        Assert.Equal((shape, "r1", 1), (shape, record.Id, record.Line));
        Assert.Equal([new("system", "Add."), new("user", "7+5?")], record.Messages);
        Assert.Equal("12", record.Reference);
        Assert.Equal("support", record.Metadata["project"].GetString());
        Assert.Equal("amazon.nova-lite-v1:0", record.Metadata["modelId"].GetString());
        Assert.Empty(result.Notes);
    }

    [Theory]
    [InlineData("""{"inputText":"User: 7+5?\n\nBot:","textGenerationConfig":{}}""", """{"results":[{"outputText":" 12"}]}""")]
    [InlineData("""{"prompt":"\n\nHuman: 7+5?\n\nAssistant:","max_tokens_to_sample":9}""", """{"completion":" 12"}""")]
    [InlineData("""{"prompt":"7+5?"}""", """{"generation":"12"}""")]
    [InlineData("""{"message":"7+5?"}""", """{"generations":[{"text":"12"}]}""")]
    [InlineData("""{"inputText":"7+5?","textGenerationConfig":{"topP":1}}""", """[{"outputText":"1"},{"outputText":"2"}]""")]
    public void Prompts_that_are_one_text_are_a_user_turn(string input, string output)
    {
        var record = Assert.Single(Read(new() { UsePromptResponse = true, InvocationLogSource = Log("a.json", Entry("r1", input, output)) }).RecordsOrThrow());

        Assert.Equal([new("user", "7+5?")], record.Messages);
        Assert.Equal("12", record.Reference);
    }

    [Fact]
    public void Without_usePromptResponse_there_is_no_reference() =>
        Assert.Null(Assert.Single(Read(new() { InvocationLogSource = Log("a.json", Entry("r1", Asks("7+5?"), """{"generation":"12"}""")) }).RecordsOrThrow()).Reference);

    [Theory]
    [InlineData("""{"toolConfig":{"tools":[{"toolSpec":{"name":"add","description":"Adds.","inputSchema":{"json":{"type":"object"}}}}]},"messages":[{"role":"user","content":[{"text":"7+5?"}]},{"role":"assistant","content":[{"text":"I add."},{"toolUse":{"toolUseId":"t1","name":"add","input":{"a":7}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"t1","content":[{"json":{"sum":12}}],"status":"success"}}]}]}""")]
    [InlineData("""{"tools":[{"name":"add","description":"Adds.","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"7+5?"},{"role":"assistant","content":[{"type":"text","text":"I add."},{"type":"tool_use","id":"t1","name":"add","input":{"a":7}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"{\"sum\":12}"}]}]}""")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"add","description":"Adds.","parameters":{"type":"object"}}}],"messages":[{"role":"user","content":"7+5?"},{"role":"assistant","content":"I add.","tool_calls":[{"id":"t1","type":"function","function":{"name":"add","arguments":"{\"a\":7}"}}]},{"role":"tool","tool_call_id":"t1","content":"{\"sum\":12}"}]}""")]
    public void Tools_their_calls_and_their_answers_are_kept(string input)
    {
        var record = Assert.Single(Read(new() { InvocationLogSource = Log("a.json", Entry("r1", input)) }).RecordsOrThrow());

        Assert.Equal(["user", "assistant", "tool"], record.Messages.Select(turn => turn.Role));
        Assert.Equal(["7+5?", "I add.", """{"sum":12}"""], record.Messages.Select(turn => turn.Content));
        var call = record.Messages[1].Written!.Value.GetProperty("tool_calls")[0];
        Assert.Equal("t1", call.GetProperty("id").GetString());
        Assert.Equal(7, call.GetProperty("function").GetProperty("arguments").GetProperty("a").GetInt32());
        Assert.Equal("t1", record.Messages[2].Written!.Value.GetProperty("tool_call_id").GetString());
        var tool = record.Metadata["tools"][0].GetProperty("function");
        Assert.Equal(("add", "Adds.", "object"), (tool.GetProperty("name").GetString(), tool.GetProperty("description").GetString(), tool.GetProperty("parameters").GetProperty("type").GetString()));
    }

    [Fact]
    public void A_response_that_calls_a_tool_is_a_reference_with_its_calls()
    {
        var record = Assert.Single(Read(new()
        {
            UsePromptResponse = true,
            InvocationLogSource = Log("a.json", Entry("r1", Asks("7+5?"), """{"output":{"message":{"content":[{"toolUse":{"toolUseId":"t1","name":"add","input":{"a":7}}}]}}}""")),
        }).RecordsOrThrow());

        Assert.Equal("add", record.Metadata["reference_answer"].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("name").GetString());
    }

    [Fact]
    public void A_folder_is_read_with_all_below_it_in_the_order_of_paths_packed_or_not()
    {
        Log("2026/02/b.json.gz", Entry("r3", Asks("3?")) + Entry("r4", Asks("4?")));
        Log("2026/01/a.json.gz", Entry("r1", Asks("1?")));
        Log("2026/01/z.jsonl", Entry("r2", Asks("2?")));
        Log("amazon-bedrock-logs-permission-check", "permission check");

        var result = Read(new() { InvocationLogSource = new() { Path = _folder } });

        Assert.Equal(["r1", "r2", "r3", "r4"], result.RecordsOrThrow().Select(record => record.Id));
        Assert.Equal(("b.json.gz", 2), (Path.GetFileName(result.Records[3].File), result.Records[3].Line));
    }

    [Fact]
    public void Large_bodies_are_found_beside_the_log_and_told_where_they_are_not()
    {
        string Pointing(string id) => $$$"""{"schemaType":"ModelInvocationLog","requestId":"{{{id}}}","input":{"inputBodyJson":null,"inputBodyS3Path":"s3://bucket/logs/data/{{{id}}}_input.json.gz"},"output":{"outputBodyS3Path":"s3://bucket/logs/data/{{{id}}}_output.json.gz"}}""" + "\n";
        Log("hour/a.json.gz", Pointing("here") + Pointing("gone"));
        Log("hour/data/here_input.json.gz", Asks("7+5?"));
        Log("hour/data/here_output.json.gz", """{"generation":"12"}""");

        var result = Read(new() { UsePromptResponse = true, InvocationLogSource = new() { Path = _folder } });

        Assert.Equal(("here", "12"), (Assert.Single(result.RecordsOrThrow()).Id, result.Records[0].Reference));
        Assert.Contains("1 call left out (line 2): body in an object of the bucket that is not in the folder; copy its data folders too.", Assert.Single(result.Notes));
    }

    [Theory]
    [InlineData("""{"schemaType":"ModelInvocationLog","requestId":"r2","errorCode":"ThrottlingException","input":{"inputBodyJson":{"messages":[]}}}""", "failed.")]
    [InlineData("""{"schemaType":"ModelInvocationLog","requestId":"r1","input":{"inputBodyJson":{"prompt":"1?"}}}""", "logged twice.")]
    [InlineData("""{"schemaType":"ModelInvocationLog","input":{"inputBodyJson":{"inputText":"embed me"}}}""", "no answer in text asked for, or a body of no known form.")]
    [InlineData("""{"schemaType":"ModelInvocationLog","input":{"inputBodyJson":{"taskType":"TEXT_IMAGE"}}}""", "no answer in text asked for")]
    [InlineData("""{"schemaType":"ModelInvocationLog","input":{}}""", "no body.")]
    [InlineData("""{"schemaType":"ModelInvocationLog","input":{"inputBodyJson":"not JSON"}}""", "body that is no JSON.")]
    [InlineData("""{"schemaType":"ModelInvocationLog","input":{"inputBodyJson":{"messages":[{"role":"user","content":[{"image":{"format":"png"}},{"text":"What is it?"}]}]}}}""", "an image or another part that is no text.")]
    [InlineData("""{"schemaType":"ModelInvocationLog","input":{"inputBodyJson":{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"{"}]}}}""", "an answer begun by the caller.")]
    [InlineData("""{"schemaType":"ModelInvocationLog","input":{"inputBodyJson":{"messages":[{"role":"user","content":" "}]}}}""", "no conversation that can be answered, as messages[0].content is empty;")]
    [InlineData("""{"schemaType":"ModelInvocationLog","input":{"inputBodyJson":{"messages":["a"]}}}""", "a message of no known form.")]
    public void What_cannot_be_a_prompt_is_left_out_and_told(string entry, string note)
    {
        var result = Read(new() { InvocationLogSource = Log("a.json", Entry("r1", Asks("7+5?")) + entry) });

        Assert.Single(result.RecordsOrThrow());
        Assert.StartsWith("a.json: 1 call left out (line 2): " + note, Assert.Single(result.Notes));
    }

    [Theory]
    [InlineData("{", "is not JSON")]
    [InlineData("[]", "\"schemaType\" is missing")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]}""", "\"schemaType\" is missing, but an entry of Bedrock's invocation log has \"ModelInvocationLog\".")]
    [InlineData("""{"schemaType":"Other"}""", "\"schemaType\" is \"Other\"")]
    public void A_line_that_is_no_entry_is_a_problem(string line, string sentence)
    {
        var problem = Assert.Single(Read(new() { InvocationLogSource = Log("a.json", Entry("r1", Asks("7+5?")) + line) }).Problems);

        Assert.Equal(2, problem.Line);
        Assert.Contains(sentence, problem.Sentence);
    }

    [Fact]
    public void A_folder_without_logs_is_told() =>
        Assert.StartsWith("the folder holds no log", Assert.Single(Read(new() { InvocationLogSource = new() { Path = _folder } }).Problems).Sentence);

    [Fact]
    public void Filters_choose_the_calls_and_the_rest_is_counted()
    {
        var source = Log("a.json", Entry("r1", Asks("1?"), project: "support") + Entry("r2", Asks("2?"), project: "sales"));

        var result = Read(new() { InvocationLogSource = source, RequestMetadataFilters = new() { EqualTo = new Dictionary<string, string> { ["project"] = "sales" } } });

        Assert.Equal("r2", Assert.Single(result.RecordsOrThrow()).Id);
        Assert.Equal("a.json: 1 call left out (line 1): excluded by requestMetadataFilters.", Assert.Single(result.Notes));
    }

    static DataFileResult<PromptRecord> Read(InvocationLogsConfig config) => InvocationLog.Read(config);

    static string Asks(string text) => $$"""{"messages":[{"role":"user","content":[{"text":"{{text}}"}]}]}""";

    static string Entry(string id, string input, string output = "{}", string project = "support") => new JsonObject
    {
        ["schemaType"] = "ModelInvocationLog",
        ["schemaVersion"] = "1.0",
        ["timestamp"] = "2026-01-02T03:04:05Z",
        ["accountId"] = "123456789012",
        ["requestId"] = id,
        ["operation"] = "Converse",
        ["modelId"] = "amazon.nova-lite-v1:0",
        ["input"] = new JsonObject { ["inputContentType"] = "application/json", ["inputBodyJson"] = JsonNode.Parse(input), ["inputTokenCount"] = 9 },
        ["output"] = new JsonObject { ["outputContentType"] = "application/json", ["outputBodyJson"] = JsonNode.Parse(output) },
        ["requestMetadata"] = new JsonObject { ["project"] = project },
    }.ToJsonString() + "\n";

    InvocationLogSource Log(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        using var file = File.Create(path);
        if (!name.EndsWith(".gz", StringComparison.Ordinal))
        {
            file.Write(bytes);
            return new() { Path = path };
        }

        using var gzip = new GZipStream(file, CompressionMode.Compress);
        gzip.Write(bytes);
        return new() { Path = path };
    }
}
