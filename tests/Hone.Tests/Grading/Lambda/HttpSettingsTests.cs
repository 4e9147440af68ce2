using Hone.Grading;

namespace Hone.Tests.Grading.Lambda;

public sealed class HttpSettingsTests : IDisposable
{
    const string Variable = "HONE_TEST_HTTP_TOKEN";

    public HttpSettingsTests() => Environment.SetEnvironmentVariable(Variable, "t0p-secret");

    public void Dispose() => Environment.SetEnvironmentVariable(Variable, null);

    [Theory]
    [InlineData("""{"kind":"http"}""", "grader.url is missing; it needs to be the address that grades, such as https://example.org/grade.")]
    [InlineData("""{"kind":"http","url":"example.org"}""", "grader.url is \"example.org\", but needs to be an address that begins with https:// or http://.")]
    [InlineData("""{"kind":"http","url":"ftp://example.org"}""", "begins with https:// or http://.")]
    [InlineData("""{"kind":"http","url":"https://me:pw@example.org"}""", "grader.url holds a name or password before the host")]
    [InlineData("""{"kind":"http","url":"https://a.org","batchSize":0}""", "grader.batchSize is 0, but needs to be a whole number from 1 to 10000.")]
    [InlineData("""{"kind":"http","url":"https://a.org","concurrency":1.5}""", "grader.concurrency is 1.5, but needs to be a whole number from 1 to 1000.")]
    [InlineData("""{"kind":"http","url":"https://a.org","timeout":"soon"}""", "grader.timeout is \"soon\", but needs to be a length of time up to 900 s, such as \"30s\", \"500ms\" or \"2m\".")]
    [InlineData("""{"kind":"http","url":"https://a.org","timeout":"16m"}""", "grader.timeout is \"16m\"")]
    [InlineData("""{"kind":"http","url":"https://a.org","timeout":-1}""", "grader.timeout is -1")]
    [InlineData("""{"kind":"http","url":"https://a.org","headers":["a"]}""", "grader.headers is [\"a\"], but needs to be an object such as")]
    [InlineData("""{"kind":"http","url":"https://a.org","headers":{"Authorization":"Bearer x"}}""", "grader.headers.Authorization is written out, and settings are kept in the run's record")]
    [InlineData("""{"kind":"http","url":"https://a.org","headers":{"X-A":{"env":"HONE_NOT_SET"}}}""", "comes from the environment variable HONE_NOT_SET, which is not set; set it before the run.")]
    [InlineData("""{"kind":"http","url":"https://a.org","headers":{"X-A":{"name":"A"}}}""", "but needs to be {\"env\":\"NAME\"}")]
    [InlineData("""{"kind":"http","url":"https://a.org","headers":{"X-A":"a\r\nX-B: c"}}""", "but needs to be a text on one line")]
    [InlineData("""{"kind":"http","url":"https://a.org","headers":{"X A":"a"}}""", "grader.headers.X A is no name of a header")]
    [InlineData("""{"kind":"http","url":"https://a.org","headers":{"Content-Type":"a"}}""", "grader.headers.Content-Type is set by Hone; leave it out.")]
    [InlineData("""{"kind":"http","url":"https://a.org","uri":"b"}""", "grader.uri is not known; the keys here are kind, url, headers, batchSize, concurrency, publicOnly, timeout, reference.")]
    public void A_problem_is_a_sentence_that_names_the_place(string json, string problem) =>
        Assert.Contains(problem, Assert.Single(GraderSettings.Parse(json).Problems("grader")));

    [Fact]
    public async Task A_name_that_means_this_machine_is_not_called_where_only_public_addresses_are()
    {
        await using var server = new StubServer(StubServer.Good);
        string address = $"{server.Address}".Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        await using var grader = GraderSettings.Parse($$"""{"kind":"http","url":"{{address}}","publicOnly":true}""").Build();

        var grade = Assert.Single(await grader.Grade([Items.Of("a")], CancellationToken.None));

        Assert.Null(grade.Score);
        Assert.Contains("localhost is a private address, which this server does not call.", grade.Fault!.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Headers_and_limits_are_read_and_the_secret_stays_out_of_settings_and_notes()
    {
        await using var server = new StubServer(StubServer.Good);
        var settings = GraderSettings.Parse(
            $$$"""
            {"kind":"http","url":"{{{server.Address}}}","batchSize":2,"concurrency":1,"timeout":"30s",
             "headers":{"Authorization":{"env":"{{{Variable}}}","prefix":"Bearer "},"X-Team":"blue"}}
            """);
        await using var grader = settings.Build();

        var grades = await grader.Grade([Items.Of("a", id: "1"), Items.Of("b", id: "2"), Items.Of("c", id: "3")], CancellationToken.None);

        Assert.All(grades, grade => Assert.Equal(1, grade.Score));
        Assert.Equal([2, 1], server.Requests.Select(request => request.Events.Count));
        Assert.All(server.Requests, request => Assert.Equal(("POST", "Bearer t0p-secret", "blue", "application/json"),
            (request.Method, request.Headers["Authorization"], request.Headers["X-Team"], request.Headers["Content-Type"])));
        Assert.DoesNotContain("t0p-secret", settings.ToString() + string.Join(' ', grader.Notes));
        Assert.Contains(server.Address.ToString(), Assert.Single(grader.Notes));
    }

    [Fact]
    public void A_run_that_is_only_looked_at_needs_no_secret()
    {
        var settings = GraderSettings.Parse("""{"kind":"http","url":"https://a.org","headers":{"X-A":{"env":"HONE_NOT_SET"}}}""");

        Assert.Empty(settings.Problems("grader", GraderContext.Here with { FilesMustExist = false }));
    }

    [Fact]
    public void A_secret_on_an_open_wire_is_told()
    {
        var grader = GraderSettings.Parse(
            $$$$"""{"kind":"http","url":"http://grader.example/","headers":{"X-Key":{"env":"{{{{Variable}}}}"}}}""").Build();

        Assert.Contains(grader.Notes, note => note.Contains("unencrypted", StringComparison.Ordinal));
    }
}
