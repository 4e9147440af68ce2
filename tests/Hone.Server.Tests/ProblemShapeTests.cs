using System.Net;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Store;
using Hone.Server.Tests.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Hone.Server.Tests;

public sealed class ProblemShapeTests
{
    [Theory]
    [InlineData("/v1/x", true)]
    [InlineData("/V1/x", true)]
    [InlineData("/hone/v1/x", true)]
    [InlineData("/v1x", false)]
    [InlineData("/hone", false)]
    [InlineData("/nothing/x", false)]
    public async Task The_path_decides_the_shape(string path, bool isOpenAi)
    {
        await using var server = await TestServer.Start();

        var answer = await server.Client.GetAsync(path);

        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(isOpenAi ? ["error"] : ["message"], body.Select(member => member.Key));
        Assert.Equal(!isOpenAi, answer.Headers.Contains("x-amzn-ErrorType"));
        Assert.True(answer.Headers.Contains(isOpenAi ? "x-request-id" : "x-amzn-RequestId"));
    }

    [Fact]
    public void Every_kind_has_a_status_in_both_shapes()
    {
        var statuses = Enum.GetValues<ProblemKind>().Select(kind => new ApiProblem(kind, "x"))
            .Select(problem => $"{problem.Kind} {ProblemShape.OpenAi(problem).Status} {ProblemShape.Bedrock(problem).Status} {ProblemShape.Bedrock(problem).Type}");

        Assert.Equal(
            [
                "Invalid 400 400 ValidationException",
                "Unauthenticated 401 403 UnrecognizedClientException",
                "Forbidden 403 403 AccessDeniedException",
                "NotFound 404 404 ResourceNotFoundException",
                "Conflict 409 400 ConflictException",
                "TooSlow 408 408 RequestTimeoutException",
                "TooLarge 413 413 ValidationException",
                "TooMany 429 429 ThrottlingException",
                "Unavailable 503 503 ServiceUnavailableException",
                "MethodNotAllowed 405 405 UnknownOperationException",
                "Defect 500 500 InternalServerException",
            ],
            statuses);
    }

    [Fact]
    public void A_quota_of_Bedrock_is_a_400() =>
        Assert.Equal(400, ProblemShape.Bedrock(new ApiProblem(ProblemKind.TooMany, "x") { Code = "ServiceQuotaExceededException" }).Status);

    [Fact]
    public void Failures_of_what_is_below_are_told_in_kinds()
    {
        Assert.Equal(ProblemKind.Unavailable, Failure.Describe(new SqliteException("full", 13))!.Kind);
        Assert.Equal(ProblemKind.Unavailable, Failure.Describe(new SqliteException("busy", 5))!.Kind);
        Assert.Equal(ProblemKind.Unavailable, Failure.Describe(new NpgsqlException("gone"))!.Kind);
        Assert.Equal(ProblemKind.Unavailable, Failure.Describe(new EngineFailedException("died"))!.Kind);
        Assert.Equal(ProblemKind.Unavailable, Failure.Describe(new IOException("full", 28))!.Kind);
        Assert.Equal(ProblemKind.TooMany, Failure.Describe(new EngineBusyException(TimeSpan.FromSeconds(2)))!.Kind);
        Assert.Equal(ProblemKind.Invalid, Failure.Describe(new EngineRequestException(["no"]))!.Kind);
        Assert.Null(Failure.Describe(new SqliteException("no such table", 1)));
        Assert.Null(Failure.Describe(new InvalidOperationException()));
        Assert.True(DatabaseFailure.IsDuplicate(new SqliteException("unique", 19, 2067)));
        Assert.False(DatabaseFailure.IsDuplicate(new SqliteException("not null", 19, 1299)));
    }
}
