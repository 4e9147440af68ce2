using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Server.Queue;
using Hone.Server.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.OpenAi;

public sealed partial class ApiPageTests
{
    const string Section = "OpenAI's routes";

    [Fact]
    public async Task Every_request_on_the_page_gets_the_answer_on_the_page()
    {
        await using var server = await OpenAiServer.Start();
        server.Engine.Answer = asked => asked.Text is null ? "1 + 1 = 2" : " 2";
        var comparison = new AnswerComparison();
        foreach (var example in ApiPage.Examples(Section))
        {
            using var request = example.With(comparison.Actual).Request();
            using var response = await server.Client.SendAsync(request);
            string answer = await response.Content.ReadAsStringAsync();

            string? difference = response.Content.Headers.ContentType?.MediaType == "application/json"
                ? comparison.Difference(JsonNode.Parse(example.Answer.Length > 0 ? example.Answer : "0"), JsonNode.Parse(answer))
                : comparison.Difference(example.Answer, answer);
            Assert.True(difference is null, $"{example.Method} {example.Path}: {difference}\n{answer}");
            Assert.Equal(example.Status, (int)response.StatusCode);

            // The job whose events were followed to their end was trained; the one after it waits, so that it can be paused.
            ((InMemoryJobs)server.Services.GetRequiredService<IJobs>()).Waits |= example.Path.EndsWith("?stream=true", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_page_names_every_route()
    {
        await using var server = await OpenAiServer.Start();
        var examples = ApiPage.Examples(Section);

        var unnamed = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("v1/", StringComparison.Ordinal))
            .Select(endpoint => (Method: endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0], Path: endpoint.RoutePattern.RawText!))
            .Where(route => !examples.Any(example => example.Method.Method == route.Method
                && Regex.IsMatch(example.Path.Split('?')[0], $"^/{Parameter().Replace(route.Path.TrimStart('/'), "[^/]+")}$")));

        Assert.Empty(unnamed);
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
