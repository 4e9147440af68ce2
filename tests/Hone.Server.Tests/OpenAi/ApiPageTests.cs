using System.Text.Json.Nodes;
using Hone.Server.Queue;
using Hone.Server.Tests.OpenApi;
using Hone.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.OpenAi;

public sealed class ApiPageTests
{
    [Fact]
    public async Task Every_request_on_the_page_gets_the_answer_on_the_page()
    {
        await using var server = await OpenAiServer.Start();
        server.Engine.Answer = asked => asked.Text is null ? "1 + 1 = 2" : " 2";
        var comparison = new AnswerComparison();
        foreach (var example in ApiPage.Examples("OpenAI's routes"))
        {
            using var request = example.With(comparison.Actual).Request();
            using var response = await server.Client.SendAsync(request);
            string answer = await response.Content.ReadAsStringAsync();

            string? difference = response.Content.Headers.ContentType?.MediaType == "application/json"
                ? comparison.Difference(JsonNode.Parse(example.Answer.Length > 0 ? example.Answer : "0"), JsonNode.Parse(answer))
                : comparison.Difference(example.Answer, answer);
            Assert.True(difference is null, $"{example.Method} {example.Path}: {difference}\n{answer}");
            Assert.Equal(example.Status, (int)response.StatusCode);
            if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            {
                Assert.Null(await WireShapes.StreamProblem((string)WireShapes.Of(example.Method.Method, example.Path)!["streams"]!, answer));
            }

            // The job whose events were followed to their end was trained; the one after it waits, so that it can be paused.
            ((InMemoryJobs)server.Services.GetRequiredService<IJobs>()).Waits |= example.Path.EndsWith("?stream=true", StringComparison.Ordinal);
        }
    }
}
