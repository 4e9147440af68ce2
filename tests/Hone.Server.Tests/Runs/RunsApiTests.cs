using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Queue;
using Hone.Server.Tests.Dashboard.Stage;

namespace Hone.Server.Tests.Runs;

public sealed class RunsApiTests(RunsApiTests.Server server) : IClassFixture<RunsApiTests.Server>
{
    const string Job = $"/hone/v1/jobs/ftjob-{StagedServer.Done}";

    [Fact]
    public async Task Metrics_come_in_columns_of_one_length_from_any_step()
    {
        var columns = (await Get($"{Job}/metrics?from=50"))["columns"]!.AsObject();

        Assert.All(columns, column => Assert.Equal(10, column.Value!.AsArray().Count));
        Assert.Equal(50, (int)columns["step"]![0]!);
    }

    [Fact]
    public async Task Live_events_tell_all_that_is_known_of_a_job_and_then_end()
    {
        string text = await server.Stage.Client.GetStringAsync($"{Job}/live?from=58");
        string[] names = [.. text.Split('\n').Where(line => line.StartsWith("event: ", StringComparison.Ordinal)).Select(line => line[7..])];

        Assert.Equal(["job", "metrics", "curves", "event", "event", "event", "event", "end"], names);
        Assert.Contains("\"step\":[58,59]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_events_of_a_job_that_has_ended_leave_none_out()
    {
        server.Stage.Jobs.Add("manyevents", "many", JobStatus.Stopped, 0, null);
        for (int i = 0; i < 250; i++)
        {
            server.Stage.Jobs.Tell("manyevents", "info", $"number {i}.");
        }

        string text = await server.Stage.Client.GetStringAsync("/hone/v1/jobs/manyevents/live");

        Assert.Equal(250, text.Split('\n').Count(line => line == "event: event"));
    }

    [Fact]
    public async Task Every_curve_has_a_sentence_and_what_began_well_lies_in_its_healthy_range()
    {
        var curves = (await Get($"{Job}/curves"))["data"]!.AsArray();

        Assert.Equal(
            ["reward", "validation", "length", "entropy", "gradientNorm", "mixedGroups", "kl", "timing", "distribution"],
            curves.Select(curve => (string)curve!["key"]!));
        Assert.All(curves, curve => Assert.EndsWith(".", (string)curve!["sentence"]!, StringComparison.Ordinal));
        Assert.All(curves, curve => Assert.NotNull(curve!["healthy"]));
        var entropy = curves[3]!["healthy"]!;
        Assert.InRange(0.75, (double)entropy["low"]!, (double)entropy["high"]!);
    }

    [Fact]
    public async Task The_distribution_counts_every_graded_answer_once()
    {
        var rewards = await Get($"{Job}/distribution?bins=4");
        int counted = rewards["counts"]!.AsArray().Sum(step => step!.AsArray().Sum(count => (int)count!));
        int graded = (int)(await Get($"{Job}/rollouts?phase=training&faulty=false"))["total"]!;

        Assert.Equal(StagedServer.Steps, rewards["steps"]!.AsArray().Count);
        Assert.Equal(graded, counted);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    [InlineData("highestReward")]
    [InlineData("lowestReward")]
    [InlineData("longest")]
    [InlineData("shortest")]
    public async Task Pages_of_every_order_hold_each_rollout_once_and_in_order(string order)
    {
        List<JsonNode> all = [];
        string? after = null;
        do
        {
            var page = await Get($"{Job}/rollouts?phase=training&toStep=4&order={order}&limit=37{(after is null ? "" : $"&after={after}")}");
            all.AddRange(page["data"]!.AsArray().OfType<JsonNode>());
            after = (string?)page["next"];
        }
        while (after is not null);

        double Key(JsonNode one) => order switch
        {
            "newest" => -(double)one["id"]!,
            "oldest" => (double)one["id"]!,
            "highestReward" => -((double?)one["reward"] ?? double.NegativeInfinity),
            "lowestReward" => (double?)one["reward"] ?? double.NegativeInfinity,
            "longest" => -(double)one["tokens"]!,
            _ => (double)one["tokens"]!,
        };
        Assert.Equal(5 * RecordedRun.Prompts * RecordedRun.Answers, all.Select(one => (long)one["id"]!).Distinct().Count());
        Assert.Equal(5 * RecordedRun.Prompts * RecordedRun.Answers, all.Count);
        Assert.Equal(all.Select(Key).Order(), all.Select(Key));
    }

    [Fact]
    public async Task Filters_hold_all_at_once()
    {
        var found = await Get($"{Job}/rollouts?search=IS+WRONG&fromStep=2&toStep=9&mostReward=0.5&leastTokens=10&stop=endOfSequence&prompt=train-020");

        Assert.NotEmpty(found["data"]!.AsArray());
        Assert.All(found["data"]!.AsArray(), one =>
        {
            Assert.InRange((int)one!["step"]!, 2, 9);
            Assert.InRange((int)one["tokens"]!, 10, 100);
            Assert.Equal(0, (double)one["reward"]!);
            Assert.Contains("is wrong", (string)one["reason"]!, StringComparison.Ordinal);
            Assert.Equal("train-020", (string)one["prompt"]!);
        });
    }

    [Theory]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("\\")]
    [InlineData("' OR 1=1 --")]
    public async Task A_search_means_what_it_says(string text) =>
        Assert.Equal(0, (int)(await Get($"{Job}/rollouts?search={Uri.EscapeDataString(text)}"))["total"]!);

    [Fact]
    public async Task A_rollout_comes_with_its_prompt_and_each_token_s_text_and_log_probability()
    {
        long id = (long)(await Get($"{Job}/rollouts?phase=training&limit=1"))["data"]![0]!["id"]!;
        var rollout = await Get($"{Job}/rollouts/{id}");
        var tokens = rollout["tokens"]!.AsArray();

        Assert.Equal((string)rollout["rollout"]!["text"]!, string.Concat(tokens.Select(token => (string)token!["text"]!)));
        Assert.All(tokens, token => Assert.True((double)token!["logProbability"]! <= 0));
        Assert.StartsWith("user: Tom has", (string)rollout["prompt"]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verdict_and_the_pairs_behind_it_agree()
    {
        var verdict = (await Get($"{Job}/verdict"))["verdict"]!;
        int won = (int)(await Get($"{Job}/pairs?outcome=won"))["total"]!, lost = (int)(await Get($"{Job}/pairs?outcome=lost"))["total"]!;

        Assert.Equal((int)verdict["wins"]!, won);
        Assert.Equal((int)verdict["losses"]!, lost);
        Assert.Equal((won - lost) / (double)RecordedRun.TestPrompts, (double)verdict["difference"]!["value"]!, 12);
        Assert.True((double)verdict["difference"]!["low"]! < (double)verdict["difference"]!["value"]!);
    }

    [Fact]
    public async Task Two_runs_are_compared_and_what_differs_in_their_settings_is_named()
    {
        var compared = await Get($"/hone/v1/compare?job={StagedServer.Done}&job={StagedServer.Other}");

        Assert.Equal(2, compared["data"]!.AsArray().Count);
        Assert.Equal(["hyperParameters.learningRate", "seed"], compared["differences"]!.AsArray().Select(row => (string)row!["key"]!));
    }

    [Fact]
    public async Task A_grader_is_tried_on_an_answer()
    {
        var answer = await Post("/hone/v1/graders/try", """{"grader":{"kind":"finalNumber"},"prompt":"2 + 2?","referenceAnswer":"4","answer":"#### 5"}""");
        var grade = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

        Assert.Equal(0, (double)grade["score"]!);
        Assert.Contains("4 was expected", (string)grade["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_many_prompts_are_advised_is_said_of_the_training_set_only()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("fine-tune"), "purpose" },
            { new StringContent("{\"prompt\":\"2 + 2?\",\"answer\":\"4\"}\n"), "file", "few.jsonl" },
        };
        var stored = await (await server.Stage.Client.PostAsync("/v1/files", form)).Content.ReadFromJsonAsync<JsonObject>();

        async Task<string> Notes(string set)
        {
            var answer = await Post("/hone/v1/data/look", $$"""{"file":"{{stored!["id"]}}","set":"{{set}}"}""");
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["notes"]!.ToJsonString();
        }

        Assert.Contains("the file has 1 record", await Notes("training"), StringComparison.Ordinal);
        Assert.DoesNotContain("advised", await Notes("test"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "rollouts?colour=red", 400, "colour")]
    [InlineData("GET", "rollouts?limit=1000000", 400, "limit")]
    [InlineData("GET", "rollouts?order=best", 400, "order")]
    [InlineData("GET", "rollouts?leastReward=NaN", 400, "leastReward")]
    [InlineData("GET", "rollouts?after=x", 400, "after")]
    [InlineData("GET", "rollouts?fromStep=1&fromStep=2", 400, "fromStep")]
    [InlineData("GET", "rollouts/999999999", 404, "999999999")]
    [InlineData("GET", "prompts/nobody", 404, "nobody")]
    [InlineData("GET", "nothing", 404, "nothing")]
    [InlineData("DELETE", "rollouts", 405, "GET")]
    public async Task What_cannot_be_answered_is_refused_by_name(string method, string rest, int status, string named)
    {
        using var request = new HttpRequestMessage(new(method), $"{Job}/{rest}");
        using var answer = await server.Stage.Client.SendAsync(request);

        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.Contains(named, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["message"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/hone/v1/checks", """{"name":"a","model":"arithmetic","trainingFile":"x","settings":{"grader":{"kind":"python","file":"/etc/passwd"}}}""", "inputs/grader")]
    [InlineData("/hone/v1/graders/try", """{"grader":{"kind":"nothing"},"answer":"x"}""", "nothing")]
    [InlineData("/hone/v1/graders/try", """{"grader":{"kind":"exact"},"answer":"x","answer":"y"}""", "not JSON")]
    [InlineData("/hone/v1/graders/try", """[1]""", "object")]
    [InlineData("/hone/v1/data/look", """{"file":"../../etc/passwd"}""", "passwd")]
    [InlineData("/hone/v1/data/look", """{"file":"file-x","set":"tests"}""", "set is tests")]
    [InlineData("/hone/v1/jobs", """{"name":"a","model":"arithmetic","trainingFile":"file-x","settings":{"baseModel":"/etc"}}""", "baseModel")]
    [InlineData("/hone/v1/checks", """{"name":"a","model":"arithmetic","settings":{}}""", "trainingFile")]
    public async Task Bodies_that_are_wrong_are_refused_by_what_is_wrong(string path, string body, string named)
    {
        using var answer = await Post(path, body);

        Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.BadRequest, HttpStatusCode.NotFound]);
        Assert.Contains(named, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_without_a_run_says_so()
    {
        using var answer = await server.Stage.Client.GetAsync($"/hone/v1/jobs/{StagedServer.Waiting}/metrics");

        Assert.Equal("no_run_yet", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["code"]!);
    }

    [Fact]
    public async Task Nobody_sees_a_run_of_another_account_and_a_key_that_only_asks_models_sees_none()
    {
        using var other = server.Stage.Server.ClientOf((await server.Stage.Server.NewKey("000000000002", KeyScopes.All)).Bearer);
        using var asking = server.Stage.Server.ClientOf((await server.Stage.Server.NewKey(Caller.FirstAccount, KeyScopes.Infer)).Bearer);
        using var nobody = server.Stage.Server.ClientOf(null);
        foreach (string rest in (string[])["", "/metrics", "/curves", "/rollouts", "/rollouts/1", "/prompts/train-001", "/verdict", "/pairs", "/live", "/events", "/faults"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(Job + rest)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await asking.GetAsync(Job + rest)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(Job + rest)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/hone/v1/compare?job={StagedServer.Done}&job={StagedServer.Other}")).StatusCode);
    }

    [Fact]
    public async Task Settings_are_shown_without_the_server_s_folders()
    {
        string text = (await Get(Job))["run"]!["settings"]!.ToJsonString();

        Assert.Contains("\"baseModel\":\"arithmetic\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/data/", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_needs_no_key_and_lets_nothing_in_but_its_own_files()
    {
        using var nobody = server.Stage.Server.ClientOf(null);
        using var page = await nobody.GetAsync("/");
        string html = await page.Content.ReadAsStringAsync();
        string policy = page.Headers.GetValues("Content-Security-Policy").Single();

        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await nobody.GetAsync("/dashboard/app.js")).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await nobody.GetAsync("/dashboard/..%2fappsettings.json")).StatusCode);
    }

    [Fact]
    public async Task A_job_is_made_with_the_caller_s_account()
    {
        using var answer = await Post("/hone/v1/jobs", """{"name":"by-api","model":"arithmetic","trainingFile":"file-x","settings":{"grader":{"kind":"exact"}}}""");

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var job = Assert.Single(server.Stage.Jobs.All, job => job.Name == "by-api");
        Assert.Equal((JobStatus.Queued, Caller.FirstAccount), (job.Status, job.Account));
    }

    async Task<JsonObject> Get(string path) => (await server.Stage.Client.GetFromJsonAsync<JsonObject>(path))!;

    Task<HttpResponseMessage> Post(string path, string body) =>
        server.Stage.Client.PostAsync(path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

    public sealed class Server : IAsyncLifetime
    {
        internal StagedServer Stage { get; private set; } = null!;

        public async Task InitializeAsync() => Stage = await StagedServer.Start();

        public async Task DisposeAsync() => await Stage.DisposeAsync();
    }
}
