using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Hone.Grading;
using Hone.Grading.Lambda;

namespace Hone.Tests.Grading.Lambda;

public class LambdaFunctionTests
{
    const string Arn = "arn:aws:lambda:eu-west-1:123456789012:function:my-grader";
    const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    static readonly RemoteLimits _hasty = new() { FirstDelay = TimeSpan.FromMilliseconds(1) };

    [Theory]
    [InlineData(Arn, null)]
    [InlineData($"{Arn}:PROD", "the/session+token==")]
    [InlineData("arn:aws-cn:lambda:cn-north-1:123456789012:function:a.b_c:$LATEST", null)]
    public async Task A_call_is_signed_as_another_computation_signs_it(string arn, string? token)
    {
        await using var server = new StubServer(StubServer.Good);
        await using var grader = Grader(server, arn, token);

        var grade = await grader.GradeOne(Items.Of("a ‘quoted’ answer\u202e", reference: "b"));

        Assert.Equal(18, grade.Score);
        var request = Assert.Single(server.Requests);
        Assert.Equal($"/2015-03-31/functions/{arn.Replace(":", "%3A").Replace("$", "%24")}/invocations", request.Path);
        Assert.Equal(token, request.Headers.GetValueOrDefault("X-Amz-Security-Token"));
        Assert.Equal(Authorization(request, arn.Split(':')[3], token), request.Headers["Authorization"]);
    }

    [Theory]
    [InlineData("Unhandled", """{"errorMessage":"'metadata'","errorType":"KeyError","stackTrace":["…"]}""", "the function my-grader failed (Unhandled): KeyError: 'metadata'")]
    [InlineData("Handled", """{"errorMessage":"no model"}""", "the function my-grader failed (Handled): no model")]
    [InlineData("Unhandled", "Runtime.ExitError", "the function my-grader failed (Unhandled): Runtime.ExitError")]
    public async Task A_function_that_fails_is_a_fault_with_its_own_message(string kind, string body, string said)
    {
        await using var server = new StubServer(StubServer.Status(200, body, $"X-Amz-Function-Error: {kind}\r\n"));
        await using var grader = Grader(server);

        Assert.Equal(new Fault("lambda", said), (await grader.GradeOne(Items.Of("a"))).Fault);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Throttling_passes_and_what_AWS_refuses_is_told_in_its_words()
    {
        await using var server = new StubServer(
            StubServer.Status(429, """{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","message":"Rate exceeded"}"""),
            StubServer.Good,
            StubServer.Status(404, $$"""{"Message":"Function not found: {{Arn}}","Type":"User"}""", "x-amzn-ErrorType: ResourceNotFoundException:http://internal\r\n"));
        await using var grader = Grader(server);

        Assert.Equal(1, (await grader.GradeOne(Items.Of("a"))).Score);
        Assert.EndsWith(
            $"answered 404 Said: ResourceNotFoundException: Function not found: {Arn}", (await grader.GradeOne(Items.Of("a"))).Fault!.Message);
    }

    [Fact]
    public async Task Without_credentials_nothing_is_sent()
    {
        await using var server = new StubServer(StubServer.Good);
        var function = new LambdaFunction(FunctionArn.Parse(Arn)!, server.Address, () => throw new AmazonClientException("none found"));
        await using var grader = new RemoteGrader(function, _hasty);

        Assert.Equal("no AWS credentials for my-grader: none found", (await grader.GradeOne(Items.Of("a"))).Fault!.Message);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData($$"""{"kind":"lambda","arn":"{{Arn}}"}""", "lambda.eu-west-1.amazonaws.com")]
    [InlineData($$$$"""{"graderConfig":{"lambdaGrader":{"lambdaArn":"{{{{Arn}}}}"}}}""", "lambda.eu-west-1.amazonaws.com")]
    [InlineData($$$"""{"type":"lambda","lambda":{"function":"{{{Arn}}}"},"batchSize":8}""", "lambda.eu-west-1.amazonaws.com")]
    [InlineData("""{"kind":"lambda","arn":"arn:aws-cn:lambda:cn-north-1:123456789012:function:my-grader"}""", "lambda.cn-north-1.amazonaws.com.cn")]
    [InlineData("""{"kind":"lambda","arn":"arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:my-grader:1"}""", "lambda.us-gov-west-1.amazonaws.com")]
    [InlineData($$"""{"kind":"lambda","arn":"{{Arn}}","endpoint":"http://localhost:4566"}""", "localhost:4566")]
    public void Every_spelling_finds_the_function_and_its_endpoint(string json, string host)
    {
        var settings = GraderSettings.Parse(json);

        Assert.Empty(settings.Problems("grader"));
        Assert.Contains($"({host})", Assert.Single(settings.Build().Notes));
    }

    [Fact]
    public void The_endpoint_follows_AWS_variables()
    {
        var settings = GraderSettings.Parse($$"""{"kind":"lambda","arn":"{{Arn}}"}""");
        string Host((string Name, string Value)[] variables)
        {
            Array.ForEach(variables, variable => Environment.SetEnvironmentVariable(variable.Name, variable.Value));
            string note = Assert.Single(settings.Build().Notes);
            Array.ForEach(variables, variable => Environment.SetEnvironmentVariable(variable.Name, null));
            return note.Split('(', ')')[1];
        }

        (string, string) own = ("AWS_ENDPOINT_URL_LAMBDA", "http://lambda.test:1"), all = ("AWS_ENDPOINT_URL", "http://all.test:2");
        Assert.Equal("lambda.test:1", Host([own, all]));
        Assert.Equal("all.test:2", Host([all]));
        Assert.Equal("lambda.eu-west-1.amazonaws.com", Host([own, all, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]));
    }

    [Theory]
    [InlineData("""{"kind":"lambda"}""", "grader.arn is missing, but needs to be the ARN of a Lambda function")]
    [InlineData("""{"kind":"lambda","arn":"my-grader"}""", "grader.arn is \"my-grader\", but needs to be the ARN")]
    [InlineData("""{"kind":"lambda","arn":"arn:aws:s3:::bucket"}""", "grader.arn is \"arn:aws:s3:::bucket\"")]
    [InlineData("""{"kind":"lambda","arn":7}""", "grader.arn is 7")]
    [InlineData("""{"graderConfig":{}}""", "grader.graderConfig.lambdaGrader.lambdaArn is missing")]
    [InlineData("""{"graderConfig":{"lambdaGrader":{"lambdaArn":"x"}}}""", "grader.graderConfig.lambdaGrader.lambdaArn is \"x\"")]
    [InlineData("""{"type":"lambda","lambda":"x"}""", "grader.lambda.function is missing")]
    [InlineData($$$"""{"kind":"lambda","arn":"{{{Arn}}}","lambda":{"function":"{{{Arn}}}"}}""", "grader names its function twice, in arn and lambda; leave one.")]
    public void A_function_that_is_none_is_told(string json, string problem) =>
        Assert.Contains(problem, Assert.Single(GraderSettings.Parse(json).Problems("grader")));

    [Fact]
    public async Task Only_OpenAI_s_spelling_wraps_a_reference_that_is_a_text()
    {
        await using var server = new StubServer(StubServer.Good);
        string endpoint = server.Address.GetLeftPart(UriPartial.Authority);
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", Secret);

        foreach (string json in new[] { $$"""{"kind":"lambda","arn":"{{Arn}}","endpoint":"{{endpoint}}"}""", $$$"""{"type":"lambda","lambda":{"function":"{{{Arn}}}"},"endpoint":"{{{endpoint}}}"}""" })
        {
            await using var grader = GraderSettings.Parse(json).Build();
            Assert.Equal(1, (await grader.GradeOne(Items.Of("a", reference: "18"))).Score);
        }

        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", null);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", null);
        Assert.Equal(["\"18\"", """{"text":"18"}"""], server.Requests.Select(request => request.Events[0]!["reference_answer"]!.ToJsonString()));
        Assert.All(server.Requests, request => Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/", request.Headers["Authorization"]));
    }

    static RemoteGrader Grader(StubServer server, string arn = Arn, string? token = null) => new(
        new LambdaFunction(
            FunctionArn.Parse(arn)!, new Uri(server.Address.GetLeftPart(UriPartial.Authority)),
            () => Task.FromResult(new ImmutableCredentials("AKIDEXAMPLE", Secret, token))),
        _hasty);

    // Signature Version 4 from its description: hash of the canonical request, then a key derived from date, region and service.
    static string Authorization(StubRequest request, string region, string? token)
    {
        string time = request.Headers["X-Amz-Date"], scope = $"{time[..8]}/{region}/lambda/aws4_request";
        string names = token is null ? "host;x-amz-date" : "host;x-amz-date;x-amz-security-token";
        string canonical = $"POST\n{request.Path.Replace("%", "%25")}\n\nhost:{request.Headers["Host"]}\nx-amz-date:{time}\n"
            + (token is null ? "" : $"x-amz-security-token:{token}\n")
            + $"\n{names}\n{Hex(SHA256.HashData(request.Body))}";
        string toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        byte[] key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes($"AWS4{Secret}"), Keyed);
        return $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders={names}, Signature={Hex(Keyed(key, toSign))}";
    }

    static byte[] Keyed(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
