using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Hone.Server.Accounts;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.Telemetry;

public sealed class MetricsTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task Every_line_of_the_metrics_is_prometheus_text_and_jobs_are_counted(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        await server.Jobs.Create(QueueServer.Owner, await server.Job(), default);
        await server.Client.GetAsync("/healthz");

        string text = await MetricsWith(server, "http_server_request_duration_seconds_bucket{");

        Assert.Contains("hone_jobs{status=\"Queued\"} 1\n", text);
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches(@"^(# (HELP|TYPE) [a-z0-9_]+ ?.*|[a-zA-Z0-9_]+(\{.*\})? [-+0-9.eE]+|.* NaN)$", line));
    }

    [Fact]
    public async Task Metrics_are_for_administrators()
    {
        await using var server = await TestServer.Start();
        var reader = await server.NewKey("000000000002", KeyScopes.Read);
        using var weak = server.ClientOf(reader.Bearer);
        using var unknown = server.ClientOf("hone-nobody");
        using var none = server.ClientOf(null);

        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await none.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await weak.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await unknown.GetAsync("/metrics")).StatusCode);
    }

    [Fact]
    public async Task Traces_and_metrics_are_sent_over_otlp_when_the_server_ends()
    {
        await using var collector = new Receiver();
        await using (var server = await TestServer.Start(settings => settings with { OtlpEndpoint = collector.Url }))
        {
            await server.Client.GetAsync("/healthz");
        }

        var paths = collector.Requests.Select(request => request.Path).ToArray();
        Assert.Contains("/v1/traces", paths);
        Assert.Contains("/v1/metrics", paths);
        Assert.Contains(collector.Requests, request => Regex.IsMatch(Encoding.Latin1.GetString(request.Body), "http.server.request.duration"));
    }

    // A request is counted when it is over, which its client may know before the server does.
    static async Task<string> MetricsWith(QueueServer server, string words)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(10))
        {
            string text = await server.Client.GetStringAsync("/metrics");
            if (text.Contains(words, StringComparison.Ordinal))
            {
                return text;
            }

            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), text);
        }
    }
}
