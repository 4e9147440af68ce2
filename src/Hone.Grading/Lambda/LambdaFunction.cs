using System.Text.Json;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace Hone.Grading.Lambda;

/// <summary>A reward function in AWS Lambda, by its ARN, as Bedrock's reinforcement fine-tuning calls it.</summary>
/// <remarks>
/// <para><c>{"kind":"lambda","arn":"arn:aws:lambda:…"}</c>, with <c>endpoint</c>, <c>batchSize</c>, <c>concurrency</c>,
/// <c>timeout</c> and <c>reference</c> beside it.
/// Bedrock's <c>{"graderConfig":{"lambdaGrader":{"lambdaArn":"…"}}}</c> and <c>{"type":"lambda","lambda":{"function":"…"}}</c> are the same.</para>
/// <para>Credentials come from where AWS's tools look (environment, profile, container, instance); the endpoint from the settings,
/// <c>AWS_ENDPOINT_URL_LAMBDA</c>, <c>AWS_ENDPOINT_URL</c> or the ARN's region.</para>
/// </remarks>
sealed class LambdaFunction(FunctionArn arn, Uri endpoint, Func<Task<ImmutableCredentials>> credentials) : RemoteFunction
{
    const string ArnExample = "arn:aws:lambda:us-east-1:123456789012:function:my-grader";

    public override string Name => "lambda";

    public override Uri Address { get; } =
        new($"{endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}/2015-03-31/functions/{Uri.EscapeDataString(arn.Text)}/invocations");

    public override IEnumerable<string> Notes =>
        [$"Prompts, completions and reference answers are sent to the AWS Lambda function {arn.Function} in {arn.Region} ({endpoint.Authority})."];

    internal static RemoteGrader? Read(GraderForm form)
    {
        var arn = Arn(form);
        var endpoint = Endpoint(form, arn);
        var limits = RemoteLimits.Read(form);
        var shape = RemoteLimits.ReadShape(form, form.Has("lambda") ? ReferenceShape.Object : ReferenceShape.AsWritten);
        return arn is null || endpoint is null ? null : new(new LambdaFunction(arn, endpoint, DefaultCredentials), limits, shape);
    }

    public override async Task Prepare(HttpRequestMessage request, byte[] payload, CancellationToken stop)
    {
        try
        {
            var found = await credentials().WaitAsync(stop).ConfigureAwait(false);
            InvocationSigner.Sign(request, payload, arn.Region, found, DateTime.UtcNow);
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException)
        {
            throw new RemoteRefusal($"no AWS credentials for {arn.Function}: {e.Message}");
        }
    }

    /// <summary>A function that failed answers 200, with a header that says so and its error in the body.</summary>
    public override RemoteAnswer Read(HttpResponseMessage response, string body)
    {
        if (!response.Headers.TryGetValues("X-Amz-Function-Error", out var kinds))
        {
            return RemoteAnswer.Of(body);
        }

        string type = Member(body, "errorType") is { Length: > 0 } named ? $"{named}: " : "";
        return RemoteAnswer.Lasting($"the function {arn.Function} failed ({string.Join(' ', kinds)}): {type}{Member(body, "errorMessage") ?? body}");
    }

    public override string Explain(HttpResponseMessage response, string body) =>
        string.Join(": ", new[] { ErrorType(response), Member(body, "Message") ?? Member(body, "message") ?? body }.Where(part => part.Length > 0));

    static string ErrorType(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-amzn-ErrorType", out var types) ? types.First().Split(':')[0] : "";

    static string? Member(string body, string key)
    {
        try
        {
            var json = JsonElement.Parse(body);
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    static FunctionArn? Arn(GraderForm form)
    {
        (string Place, JsonElement? Given)[] spellings =
        [
            ("arn", form.Any("arn")),
            ("graderConfig.lambdaGrader.lambdaArn", form.Any("graderConfig") is { } config ? Inner(config, "lambdaGrader", "lambdaArn") : null),
            ("lambda.function", form.Any("lambda") is { } lambda ? Inner(lambda, "function") : null),
        ];
        string[] written = [.. new[] { "arn", "graderConfig", "lambda" }.Where(form.Has)];
        if (written.Length > 1)
        {
            form.Problem($"{form.Path} names its function twice, in {string.Join(" and ", written)}; leave one.");
            return null;
        }

        var (place, given) = spellings.First(spelling => written.Length == 0 || spelling.Place.StartsWith(written[0], StringComparison.Ordinal));
        if (given is { ValueKind: JsonValueKind.String } text && FunctionArn.Parse(text.GetString()!) is { } arn)
        {
            return arn;
        }

        form.Problem($"{form.Path}.{place} is {(given is { } wrong ? GraderReader.Show(wrong) : "missing")}, "
            + $"but needs to be the ARN of a Lambda function, such as {ArnExample}.");
        return null;
    }

    // The value below keys, each object on the way holding that key alone: what else is there would have no effect.
    static JsonElement? Inner(JsonElement json, params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Count() != 1 || !json.TryGetProperty(key, out json))
            {
                return null;
            }
        }

        return json;
    }

    static Uri? Endpoint(GraderForm form, FunctionArn? arn)
    {
        if (form.Text("endpoint") is { } given)
        {
            return RemoteAddress.Read(form, "endpoint", given);
        }

        bool ignores = string.Equals(Environment.GetEnvironmentVariable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true", StringComparison.OrdinalIgnoreCase);
        foreach (string variable in (ReadOnlySpan<string>)["AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL"])
        {
            if (!ignores && Environment.GetEnvironmentVariable(variable) is { Length: > 0 } configured)
            {
                return RemoteAddress.Read(form, $"endpoint (from {variable})", configured);
            }
        }

        return arn is null ? null : new($"https://lambda.{arn.Region}.{RegionEndpoint.GetBySystemName(arn.Region).PartitionDnsSuffix}");
    }

    static async Task<ImmutableCredentials> DefaultCredentials() =>
        await DefaultAWSCredentialsIdentityResolver.GetCredentials().GetCredentialsAsync().ConfigureAwait(false);
}
