using System.Text.Json;
using Hone.Grading;

namespace Hone.Tests.Grading.Judges;

public sealed class EndpointChatModelTests : IDisposable
{
    const string Quick = $"\"rubric\":{JudgeTest.Correct},\"limits\":{{\"retries\":1,\"backoffSeconds\":0.001}}";

    readonly JudgeTest _test = new();

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData("response_format is not supported", 2)]
    [InlineData("bad request", 2)]
    public async Task A_server_that_refuses_schemas_is_asked_without_and_that_is_remembered(string complaint, int refusals)
    {
        using var stub = new ChatStub(call => call.Body.TryGetProperty("response_format", out _)
            ? new(400, JsonSerializer.Serialize(new { error = new { message = complaint } }))
            : ChatStub.Reply.Of("""{"correct":"yes"}"""));
        await using var judge = _test.Judge(Quick, stub);

        Assert.Equal(1, (await judge.GradeOne(Items.Of("7"))).Score);
        Assert.Equal(1, (await judge.GradeOne(Items.Of("8"))).Score);
        Assert.Equal(refusals + 2, stub.Calls.Count);
    }

    [Fact]
    public async Task The_schema_closes_every_object_and_asks_for_the_reason_first()
    {
        using var stub = new ChatStub(_ => ChatStub.Reply.Of("""{"correct":{"reason":"r","verdict":"yes"}}"""));
        await using var judge = _test.Judge(Quick, stub);

        await judge.GradeOne(Items.Of("7"));

        Assert.Equal(
            """
            {"type":"object","properties":{"correct":{"type":"object","properties":{"reason":{"type":"string"},"verdict":{"type":"string","enum":["no","yes"]}},
            "required":["reason","verdict"],"additionalProperties":false}},"required":["correct"],"additionalProperties":false}
            """.ReplaceLineEndings(""),
            stub.Calls.Single().Body.GetProperty("response_format").GetProperty("json_schema").GetProperty("schema").GetRawText());
    }

    [Fact]
    public async Task A_server_that_knows_only_the_newer_limit_and_no_temperature_is_asked_so()
    {
        using var stub = new ChatStub(call =>
            call.Body.TryGetProperty("max_tokens", out _) ? new(400, """{"error":{"message":"Use 'max_completion_tokens' instead of 'max_tokens'."}}""")
            : call.Body.TryGetProperty("temperature", out _) ? new(400, """{"error":{"message":"'temperature' has one value here."}}""")
            : ChatStub.Reply.Of("""{"correct":"yes"}"""));
        await using var judge = _test.Judge(Quick, stub);

        Assert.Equal(1, (await judge.GradeOne(Items.Of("7"))).Score);
        Assert.True(stub.Calls.Last().Body.TryGetProperty("response_format", out _));
    }

    [Theory]
    [InlineData(401, """{"error":{"message":"no such key: secret-key"}}""", "answered 401: no such key: …", 1)]
    [InlineData(404, "not here", "answered 404: not here", 1)]
    [InlineData(429, """{"error":{"message":"pay","code":"insufficient_quota"}}""", "answered 429: pay insufficient_quota", 1)]
    [InlineData(500, "oops", "2 times, at last: ", 2)]
    [InlineData(200, "<html>", "no chat completion in JSON", 2)]
    [InlineData(200, """{"choices":[]}""", "no chat completion in JSON", 2)]
    [InlineData(200, """{"choices":[{"message":{"content":"\ud800"}}]}""", "no chat completion in JSON", 2)]
    public async Task Failures_are_faults_that_say_what_the_server_said_and_hide_the_key(int status, string body, string message, int calls)
    {
        Environment.SetEnvironmentVariable("HONE_TEST_JUDGE_KEY", "secret-key");
        using var stub = new ChatStub(_ => new(status, body));
        await using var judge = _test.Judge($"{Quick},\"apiKey\":{{\"env\":\"HONE_TEST_JUDGE_KEY\"}}", stub);

        var grade = await judge.GradeOne(Items.Of("7"));

        Assert.Equal("endpoint", grade.Fault!.Boundary);
        Assert.Contains(message, grade.Fault.Message);
        Assert.Equal(calls, stub.Calls.Count);
        Assert.All(stub.Calls, call => Assert.Equal("Bearer secret-key", call.Authorization));
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_a_fault_and_told_before_the_run()
    {
        await using var judge = GraderSettings.Parse($$"""
            {"kind":"judge","endpoint":"http://127.0.0.1:9/v1","model":"m","cache":false,"apiKey":{"env":"HONE_TEST_NO_KEY"},"rubric":{{JudgeTest.Correct}}}
            """).Build();

        Assert.Contains(judge.Notes, note => note.Contains("HONE_TEST_NO_KEY", StringComparison.Ordinal));
        Assert.Contains("HONE_TEST_NO_KEY", (await judge.GradeOne(Items.Of("7"))).Fault!.Message);
    }

    [Fact]
    public async Task A_refusal_is_a_fault_of_its_own_kind()
    {
        using var stub = new ChatStub(_ => new(200, """{"choices":[{"message":{"content":null,"refusal":"I cannot."}}]}"""));
        await using var judge = _test.Judge(Quick, stub);

        Assert.Equal("refusal", (await judge.GradeOne(Items.Of("7"))).Fault!.Boundary);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_fault()
    {
        await using var judge = GraderSettings.Parse($$"""
            {"kind":"judge","endpoint":"http://127.0.0.1:9/v1","model":"m","cache":false,{{Quick}}}
            """).Build();

        Assert.Contains("cannot be reached", (await judge.GradeOne(Items.Of("7"))).Fault!.Message);
    }
}
