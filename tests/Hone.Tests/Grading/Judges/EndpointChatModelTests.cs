using System.Text.Json;
using Hone.Grading;
using Hone.Grading.Judges;
using Hone.Grading.Judges.Chat;

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
    public async Task A_server_of_this_machine_is_not_asked_where_only_public_addresses_are()
    {
        using var stub = new ChatStub(_ => ChatStub.Reply.Of("""{"correct":"yes"}"""));
        await using var judge = _test.Judge($"{Quick},\"publicOnly\":true", stub);

        var grade = await judge.GradeOne(Items.Of("7"));

        Assert.Null(grade.Score);
        Assert.Contains("is a private address, which this server does not call.", grade.Fault!.Message, StringComparison.Ordinal);
        Assert.Empty(stub.Calls);
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

    [Theory]
    [InlineData("""{"error":{"message":"upstream is down","code":502}}""", "answered 200 with an error: upstream is down", 2)]
    [InlineData("""{"error":{"message":"no such model","code":404}}""", "answered 200 with an error: no such model", 1)]
    [InlineData("""{"error":"busy: secret-key"}""", "answered 200 with an error: busy: …", 2)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"{\"}}]}\n\ndata: [DONE]\n", "streams its reply", 1)]
    [InlineData("<html>secret-key</html>", "no chat completion in JSON: <html>…</html>", 2)]
    public async Task What_comes_in_place_of_an_answer_is_told(string body, string message, int calls)
    {
        Environment.SetEnvironmentVariable("HONE_TEST_JUDGE_KEY", "secret-key\n");
        using var stub = new ChatStub(_ => new(200, body));
        await using var judge = _test.Judge($"{Quick},\"apiKey\":{{\"env\":\"HONE_TEST_JUDGE_KEY\"}}", stub);

        Assert.Contains(message, (await judge.GradeOne(Items.Of("7"))).Fault!.Message);
        Assert.Equal(calls, stub.Calls.Count);
    }

    [Theory]
    [InlineData("""{"choices":[{"message":{"content":"{\"correct\":\"yes\"}"}}],"usage":null}""")]
    [InlineData("""{"choices":[{"message":{"content":"{\"correct\":\"yes\"}"}}],"usage":{"prompt_tokens":null,"completion_tokens":"9"}}""")]
    [InlineData("""{"choices":[{"message":{"content":"{\"correct\":\"yes\"}"}}],"usage":{"prompt_tokens":-3,"completion_tokens":1.5},"error":null}""")]
    [InlineData("""﻿{"choices":[{"message":{"content":[{"type":"text","text":"{\"correct\":"},{"type":"text","text":"\"yes\"}"}]}}]}""")]
    public async Task An_answer_without_a_count_of_tokens_counts_as_it_is_estimated(string body)
    {
        using var stub = new ChatStub(_ => new(200, body));
        await using var judge = _test.Judge(Quick, stub);

        var grade = await judge.GradeOne(Items.Of("7"));

        Assert.Equal(1, grade.Score);
        Assert.InRange(grade.Metrics.Single(metric => metric.Name == "inputTokens").Value, 100, 1000);
        Assert.InRange(grade.Metrics.Single(metric => metric.Name == "outputTokens").Value, 1, 10);
    }

    [Fact]
    public async Task A_server_that_has_moved_is_not_followed_and_its_new_address_is_told()
    {
        using var stub = new ChatStub(_ => new(308, "", "Location: https://elsewhere.example/v1/chat/completions\r\n"));
        await using var judge = _test.Judge(Quick, stub);

        Assert.Contains("points to https://elsewhere.example/v1/", (await judge.GradeOne(Items.Of("7"))).Fault!.Message);
        Assert.Single(stub.Calls);
    }

    [Theory]
    [InlineData("Retry-After: 0\r\n", 0.0)]
    [InlineData("Retry-After: 1.5\r\n", 1.5)]
    [InlineData("Retry-After: -7\r\n", 0.0)]
    [InlineData("Retry-After: 99999999999\r\n", 3600.0)]
    [InlineData("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n", 3600.0)]
    [InlineData("Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", 0.0)]
    [InlineData("retry-after-ms: 20\r\nRetry-After: 7\r\n", 0.02)]
    [InlineData("retry-after-ms: 1e300\r\n", 3600.0)]
    [InlineData("Retry-After: soon\r\n", null)]
    [InlineData("Retry-After: NaN\r\n", null)]
    [InlineData("", null)]
    public async Task How_long_a_server_asks_to_be_left_alone_is_read_in_every_form(string header, double? seconds)
    {
        using var stub = new ChatStub(_ => new(429, "busy", header));
        await using var model = new EndpointChatModel(stub.Endpoint, "stub", keyName: null);

        var refused = await Assert.ThrowsAsync<ChatException>(() =>
            model.Ask(new([new("user", "?")], new AnswerForm([new("a", ["no", "yes"])], Reasons: false), new()), CancellationToken.None));

        Assert.True(refused.IsThrottle);
        Assert.Equal(seconds, refused.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_asks_for_no_waiting_again_and_again_is_not_hammered_and_the_fault_says_why(bool isThrottle)
    {
        int calls = 0;
        await using var judge = _test.Judge(
            $"\"rubric\":{JudgeTest.Correct},\"limits\":{{\"retries\":100,\"backoffSeconds\":0.1,\"batchSeconds\":0.5}}",
            _ => ++calls > 0 ? throw new ChatException("endpoint", "busy.", isTransient: true) { IsThrottle = isThrottle, RetryAfter = TimeSpan.Zero } : "");

        var fault = (await judge.GradeOne(Items.Of("7"))).Fault!;

        Assert.Equal("deadline", fault.Boundary);
        Assert.EndsWith("Its last failure: busy.", fault.Message);
        Assert.InRange(calls, 2, 20);
    }

    [Fact]
    public async Task Questions_that_are_put_again_in_another_form_stay_within_the_limits()
    {
        using var stub = new ChatStub(call => call.Body.TryGetProperty("response_format", out _)
            ? new(400, """{"error":{"message":"response_format"}}""")
            : ChatStub.Reply.Of("""{"correct":"yes"}"""));
        await using var judge = _test.Judge(
            $"\"rubric\":{JudgeTest.Correct},\"limits\":{{\"requestsPerMinute\":4,\"batchSeconds\":0.5}}", stub);

        await judge.Grade([.. Enumerable.Range(0, 8).Select(i => Items.Of($"{i}", id: $"i{i}"))], CancellationToken.None);

        Assert.Equal(4, stub.Calls.Count);
    }
}
