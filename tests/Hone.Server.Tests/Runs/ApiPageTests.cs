using System.Text.Json.Nodes;
using Hone.Server.Tests.Dashboard.Stage;
using Hone.Server.Tests.OpenApi;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.Runs;

public sealed class ApiPageTests
{
    [Fact]
    public async Task Every_request_to_Hone_s_own_routes_gets_an_answer_of_the_page_s_form()
    {
        await using var stage = await StagedServer.Start();
        var comparison = new KindComparison();
        comparison.Is("file-1", await stage.Server.Upload(string.Concat(Enumerable.Range(1, 20).Select(Record))));
        foreach (var example in ApiPage.Examples("Hone's routes"))
        {
            using var request = example.With(comparison.Actual).Request();
            using var response = await stage.Client.SendAsync(request);
            string answer = await response.Content.ReadAsStringAsync();

            string? difference = response.Content.Headers.ContentType?.MediaType switch
            {
                "application/json" => comparison.Difference(JsonNode.Parse(example.Answer), JsonNode.Parse(answer)),
                "text/event-stream" => comparison.Difference(example.Answer, answer) ?? await Misfit(example, answer),
                _ => answer.Contains(example.Answer, StringComparison.Ordinal) ? null : $"it has no '{example.Answer}'",
            };
            Assert.True(difference is null, $"{example.Method} {example.Path}: {difference}\n{answer}");
            Assert.Equal(example.Status, (int)response.StatusCode);
        }
    }

    static Task<string?> Misfit(ApiExample example, string answer) =>
        WireShapes.StreamProblem((string)WireShapes.Of(example.Method.Method, example.Path)!["streams"]!, answer);

    static string Record(int i) =>
        $$"""{"messages":[{"role":"user","content":"Tom has {{i}} apples and buys {{i + 1}} more. How many apples does he have?"}],"reference_answer":"{{2 * i + 1}}"}"""
        + "\n";
}
