using System.Net.Http.Headers;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.OpenAi;

public sealed class EventsTests
{
    [Fact]
    public async Task Pages_go_from_the_newest_event_back()
    {
        await using var server = await OpenAiServer.Start();
        string job = await Trained(server);

        var (_, first) = await server.Get($"{job}/events?limit=2");
        var (_, second) = await server.Get($"{job}/events?limit=2&after={first["last_id"]}");
        var (_, third) = await server.Get($"{job}/events?limit=2&after={second["last_id"]}");

        Assert.Equal(
            ["The job has successfully completed.", "Step 3/3: training metrics", "Step 2/3: training metrics", "Step 1/3: training metrics", "Job created."],
            new[] { first, second, third }.SelectMany(page => page["data"]!.AsArray()).Select(happened => happened!["message"]!.GetValue<string>()));
        Assert.False(third["has_more"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Numbers_have_the_names_that_programs_look_for()
    {
        await using var server = await OpenAiServer.Start();
        var (_, page) = await server.Get($"{await Trained(server)}/events?limit=2");

        var data = page["data"]![1]!["data"]!.AsObject();

        Assert.Equal(
            (3, 3, 0.75, 0.75, 1.5, 0.5, 8),
            (Number("step"), Number("total_steps"), Number("reward_mean"), Number("critic_rewards_mean"), Number("actor_entropy"), Number("actor_grad_norm"),
                Number("response_length_mean")));

        double Number(string name) => data[name]!.GetValue<double>();
    }

    [Fact]
    public async Task A_stream_tells_all_events_in_order_and_goes_on_behind_the_last_one_seen()
    {
        await using var server = await OpenAiServer.Start();
        string job = await Trained(server);

        string[] all = await Stream(server, $"{job}/events?stream=true", null);
        string[] rest = await Stream(server, $"{job}/events", all.First(line => line.StartsWith("id: ", StringComparison.Ordinal) && line.EndsWith("-3", StringComparison.Ordinal))[4..]);

        Assert.Equal(5, all.Count(line => line.StartsWith("data: {", StringComparison.Ordinal)));
        Assert.Equal(2, rest.Count(line => line.StartsWith("data: {", StringComparison.Ordinal)));
        Assert.Equal("data: [DONE]", rest[^1]);
        Assert.Contains("event: metrics", all);
    }

    [Fact]
    public async Task Checkpoints_are_told_with_models_that_can_be_asked()
    {
        await using var server = await OpenAiServer.Start();
        string job = await Trained(server);

        var (_, page) = await server.Get($"{job}/checkpoints?limit=2");
        var (_, rest) = await server.Get($"{job}/checkpoints?limit=2&after={page["last_id"]}");

        Assert.Equal([3, 2], page["data"]!.AsArray().Select(one => one!["step_number"]!.GetValue<int>()));
        Assert.True(page["has_more"]!.GetValue<bool>());
        string model = rest["data"]![0]!["fine_tuned_model_checkpoint"]!.GetValue<string>();
        Assert.Equal(200, (await server.Get($"/v1/models/{Uri.EscapeDataString(model)}")).Status);
        Assert.Equal(400, (await server.Get($"{job}/checkpoints?after=ftckpt-none")).Status);
    }

    static async Task<string> Trained(TestServer server)
    {
        var (_, job) = await server.Post("/v1/fine_tuning/jobs", $"{{\"model\":\"small\",\"training_file\":\"{await server.Upload()}\"}}");
        string path = $"/v1/fine_tuning/jobs/{job["id"]}";
        await Stream(server, $"{path}/events?stream=true", null);
        return path;
    }

    /// <summary>Lines of the stream, which ends with the job.</summary>
    static async Task<string[]> Stream(TestServer server, string path, string? lastEvent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEvent is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEvent);
        }

        using var response = await server.Client.SendAsync(request);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return [.. (await response.Content.ReadAsStringAsync()).Split('\n').Where(line => line.Length > 0)];
    }
}
