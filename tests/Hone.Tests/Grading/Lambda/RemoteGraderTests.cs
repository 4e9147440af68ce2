using System.Text;
using Hone.Grading;
using Hone.Grading.Lambda;

namespace Hone.Tests.Grading.Lambda;

public class RemoteGraderTests
{
    const string Token = "secret-token-123";

    static readonly RemoteLimits _hasty = new() { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(5) };

    [Fact]
    public async Task Scores_come_back_to_their_items_whatever_their_order()
    {
        await using var server = new StubServer((request, stream) =>
        {
            var results = System.Text.Json.Nodes.JsonNode.Parse(request.Results())!.AsArray();
            return StubServer.Send(stream, 200, $"[{string.Join(',', results.Reverse().Select(one => one!.ToJsonString()))}]");
        });
        await using var grader = Grader(server);

        var grades = await grader.Grade([Items.Of("a", id: "1"), Items.Of("bb", id: "2"), Items.Of("", id: "3")], CancellationToken.None);

        Assert.Equal([("1", 1), ("2", 2), ("3", 0)], grades.Select(grade => (grade.Id, grade.Score!.Value)));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(408)]
    public async Task What_may_pass_is_tried_again(int status)
    {
        await using var server = new StubServer(
            StubServer.Status(status, "busy", "Retry-After: 0\r\n"), StubServer.Status(status), StubServer.Status(status, "", "Retry-After: soon\r\n"), StubServer.Good);
        await using var grader = Grader(server);

        Assert.Equal(3, (await grader.GradeOne(Items.Of("abc"))).Score);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task After_three_retries_it_is_a_fault_that_says_what_came()
    {
        await using var server = new StubServer(StubServer.Status(503, "the database\u001b[2J is away"));
        await using var grader = Grader(server);

        var grade = await grader.GradeOne(Items.Of("abc"));

        Assert.Null(grade.Score);
        Assert.Equal("http", grade.Fault!.Boundary);
        Assert.EndsWith("answered 503 Said: the database [2J is away It was asked 4 times.", grade.Fault.Message);
        Assert.Equal(4, server.Requests.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(422)]
    [InlineData(303)]
    public async Task What_stays_wrong_is_not_tried_again(int status)
    {
        await using var server = new StubServer(StubServer.Status(status, "no"), StubServer.Good);
        await using var grader = Grader(server);

        Assert.Contains($"answered {status} Said: no", (await grader.GradeOne(Items.Of("abc"))).Fault!.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_half_answer_and_a_closed_connection_are_tried_again()
    {
        await using var server = new StubServer(
            StubServer.Raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{\"id\":"), StubServer.Raw(""), StubServer.Raw("HTTP/1.1 20"), StubServer.Good);
        await using var grader = Grader(server);

        Assert.Equal(3, (await grader.GradeOne(Items.Of("abc"))).Score);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_fault()
    {
        var server = new StubServer(StubServer.Good);
        var address = server.Address;
        await server.DisposeAsync();
        await using var grader = new RemoteGrader(new HttpFunction(address, []), _hasty);

        Assert.Contains("the connection to 127.0.0.1", (await grader.GradeOne(Items.Of("abc"))).Fault!.Message);
    }

    [Fact]
    public async Task A_silent_server_and_one_that_drips_are_left_when_their_time_is_over()
    {
        await using var server = new StubServer(
            (_, _) => Task.Delay(2000),
            async (_, stream) =>
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"));
                for (int i = 0; i < 200; i++)
                {
                    await stream.WriteAsync("["u8.ToArray());
                    await Task.Delay(10);
                }
            });
        await using var grader = Grader(server, _hasty with { Timeout = TimeSpan.FromMilliseconds(80), Retries = 1 });

        Assert.EndsWith("took longer than 0.08 s. It was asked 2 times.", (await grader.GradeOne(Items.Of("abc"))).Fault!.Message);
    }

    [Theory]
    [InlineData("", "is not JSON")]
    [InlineData("[{\"id\":\"a\",\"aggregate_reward_score\":1}", "is not JSON")]
    [InlineData("<html>proxy</html>", "is not JSON")]
    [InlineData("null", "needs to be a list")]
    [InlineData("[]", "none for 'a'")]
    [InlineData("[{\"id\":\"b\",\"aggregate_reward_score\":1}]", "'b', which was not asked for")]
    [InlineData("[{\"id\":\"a\",\"aggregate_reward_score\":1},{\"id\":\"a\",\"aggregate_reward_score\":0}]", "2 results")]
    [InlineData("[{\"id\":\"a\",\"aggregate_reward_score\":\"1\"}]", "needs to be a finite number")]
    [InlineData("[{\"id\":\"a\",\"aggregate_reward_score\":NaN}]", "is not JSON")]
    [InlineData("[{\"id\":\"a\"}]", "has no aggregate_reward_score")]
    public async Task An_answer_that_is_none_is_a_fault_and_is_not_asked_for_again(string body, string said)
    {
        await using var server = new StubServer(StubServer.Status(200, body));
        await using var grader = Grader(server);

        var grade = await grader.GradeOne(Items.Of("abc"));

        Assert.Contains(said, grade.Fault!.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_answer_without_an_end_is_left_at_its_limit()
    {
        byte[] piece = new byte[1 << 20];
        Array.Fill(piece, (byte)' ');
        long sent = 0;
        await using var server = new StubServer(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray());
            while (sent < 1L << 30)
            {
                await stream.WriteAsync(piece);
                sent += piece.Length;
            }
        });
        await using var grader = Grader(server);

        Assert.Contains("more than 6,291,456 bytes", (await grader.GradeOne(Items.Of("abc"))).Fault!.Message);
        Assert.InRange(sent, 0, 100 << 20);
    }

    [Fact]
    public async Task A_redirect_stays_on_its_host()
    {
        await using var elsewhere = new StubServer(StubServer.Good);
        await using var server = new StubServer(
            StubServer.Status(307, "", "Location: /v2/grade\r\n"), StubServer.Good, StubServer.Status(308, "", $"Location: {elsewhere.Address}\r\n"));
        await using var grader = Grader(server);

        var (near, far) = (await grader.GradeOne(Items.Of("abc")), await grader.GradeOne(Items.Of("abc")));

        Assert.Equal(3, near.Score);
        Assert.Equal(["/grade", "/v2/grade", "/grade"], server.Requests.Select(request => request.Path));
        Assert.Contains("another host, which is not followed", far.Fault!.Message);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        await using var server = new StubServer(StubServer.Status(302, "", "Location: /grade\r\n"));
        await using var grader = Grader(server);

        Assert.Contains("4 times without an end", (await grader.GradeOne(Items.Of("abc"))).Fault!.Message);
    }

    [Fact]
    public async Task Items_travel_in_bounded_batches_and_only_so_many_at_once()
    {
        int open = 0;
        var seen = new System.Collections.Concurrent.ConcurrentBag<int>();
        await using var server = new StubServer(async (request, stream) =>
        {
            seen.Add(Interlocked.Increment(ref open));
            await Task.Delay(20);
            Interlocked.Decrement(ref open);
            await StubServer.Good(request, stream);
        });
        await using var grader = Grader(server, _hasty with { BatchSize = 10, Concurrency = 3 });

        var grades = await grader.Grade([.. Enumerable.Range(0, 95).Select(i => Items.Of(new('x', i), id: $"{i}"))], CancellationToken.None);

        Assert.Equal(Enumerable.Range(0, 95).Select(i => (double?)i), grades.Select(grade => grade.Score));
        Assert.Equal([5, 10, 10, 10, 10, 10, 10, 10, 10, 10], server.Requests.Select(request => request.Events.Count).Order());
        Assert.InRange(seen.Max(), 1, 3);
    }

    [Fact]
    public async Task What_a_call_cannot_carry_is_split_and_what_cannot_be_split_is_a_fault()
    {
        await using var server = new StubServer(StubServer.Good);
        await using var grader = Grader(server);
        const int most = RemoteLimits.LargestPayload;

        var grades = await grader.Grade(
            [Items.Of(new('x', most / 2), id: "1"), Items.Of(new('x', most / 2), id: "2"), Items.Of(new('x', most), id: "3"), Items.Of("x", id: "4")],
            CancellationToken.None);

        Assert.Equal([most / 2, most / 2, null, 1], grades.Select(grade => grade.Score));
        Assert.Contains("more than the 6,291,456 that a call carries", grades[2].Fault!.Message);
        Assert.All(server.Requests, request => Assert.InRange(request.Body.Length, 1, most));
    }

    [Fact]
    public async Task One_batch_that_fails_leaves_the_others_their_scores()
    {
        await using var server = new StubServer((request, stream) =>
            request.Events.Any(one => one!["id"]!.GetValue<string>() == "1") ? StubServer.Send(stream, 400, "") : StubServer.Good(request, stream));
        await using var grader = Grader(server, _hasty with { BatchSize = 1 });

        var grades = await grader.Grade([Items.Of("a", id: "0"), Items.Of("b", id: "1"), Items.Of("c", id: "2")], CancellationToken.None);

        Assert.Equal([1, null, 1], grades.Select(grade => grade.Score));
    }

    [Fact]
    public async Task A_secret_is_sent_and_never_comes_back_into_a_record()
    {
        await using var server = new StubServer(
            (request, stream) => StubServer.Send(stream, 403, $"you sent {request.Headers["Authorization"]}"),
            (request, stream) => StubServer.Send(
                stream, 200, $$"""[{"id":"a","aggregate_reward_score":1,"reason":"for {{request.Headers["Authorization"]}}"}]"""));
        await using var grader = new RemoteGrader(new HttpFunction(server.Address, [new("Authorization", $"Bearer {Token}", Token)]), _hasty);

        Grade[] grades = [await grader.GradeOne(Items.Of("abc")), await grader.GradeOne(Items.Of("abc"))];

        Assert.All(server.Requests, request => Assert.Equal($"Bearer {Token}", request.Headers["Authorization"]));
        Assert.Contains("you sent Bearer ***", grades[0].Fault!.Message);
        Assert.Equal("for Bearer ***", grades[1].Reason);
        Assert.DoesNotContain(grades, grade => grade.ToString().Contains(Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_is_stopped_does_not_wait_for_the_server()
    {
        await using var server = new StubServer((_, _) => Task.Delay(5000));
        await using var grader = Grader(server);
        using var stop = new CancellationTokenSource(50);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grader.Grade([Items.Of("abc")], stop.Token));
    }

    [Fact]
    public void A_retry_waits_twice_as_long_each_time_or_as_it_is_asked_within_bounds()
    {
        var limits = new RemoteLimits();

        Assert.Equal([0.5, 1, 2], new[] { 0, 1, 2 }.Select(retry => limits.Delay(retry, null).TotalSeconds));
        Assert.Equal(7, limits.Delay(0, TimeSpan.FromSeconds(7)).TotalSeconds);
        Assert.Equal(60, limits.Delay(0, TimeSpan.FromHours(7)).TotalSeconds);
        Assert.Equal(0.5, limits.Delay(0, TimeSpan.FromSeconds(-7)).TotalSeconds);
    }

    static RemoteGrader Grader(StubServer server, RemoteLimits? limits = null) => new(new HttpFunction(server.Address, []), limits ?? _hasty);
}
