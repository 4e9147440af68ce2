using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Server.Tests.Bedrock.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Bedrock;

public sealed partial class ApiPageTests
{
    [Fact]
    public async Task Every_example_of_the_page_is_answered_as_it_says()
    {
        await using var server = await BedrockServer.Start();
        await server.Tuned("tuned");
        Directory.CreateDirectory(Path.Combine(server.BucketFolder, "adapter"));
        File.WriteAllText(Path.Combine(server.BucketFolder, "adapter", "adapter_config.json"), """{"base_model_name_or_path":"small"}""");
        string job = "";
        foreach (Match example in Examples().Matches(File.ReadAllText(Page())))
        {
            string[] request = example.Groups["request"].Value.Split('\n', 2);
            string[] first = request[0].Split(' ');
            string? body = request.Length > 1 && request[1].Trim().Length > 0 ? request[1].Replace("{job}", job, StringComparison.Ordinal) : null;

            var answer = await server.Send(new(first[0]), first[1], body);

            Assert.True(int.Parse(example.Groups["status"].Value) == answer.Status, $"{request[0]} answers {answer.Status}: {answer.Json.ToJsonString()}");
            Assert.Equal(Shape(JsonNode.Parse(example.Groups["answer"].Value)), Shape(answer.Json));
            job = (string?)answer.Json["jobArn"] ?? job;
        }
    }

    [Fact]
    public async Task The_page_names_every_route()
    {
        await using var server = await BedrockServer.Start();
        string page = File.ReadAllText(Page());
        var roots = server.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!.Split("/{", 2)[0])
            .Where(path => !new[] { "/v1", "/hone", "/dashboard", "/healthz", "/readyz", "/metrics", "/favicon.ico", "/openapi.json" }.Any(other => path.StartsWith(other, StringComparison.Ordinal)))
            .Where(path => path.Length > 1).Distinct();

        Assert.DoesNotContain(roots, root => !page.Contains(root, StringComparison.Ordinal));
    }

    // Names and kinds, not values: those are of the day.
    static string Shape(JsonNode? node) => node switch
    {
        JsonObject members => $"{{{string.Join(',', members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}:{Shape(member.Value)}"))}}}",
        JsonArray items => $"[{string.Join(',', items.Select(Shape))}]",
        _ => node?.GetValueKind().ToString() ?? "null",
    };

    static string Page([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../../docs/api-bedrock.md"));

    [GeneratedRegex(@"```http\n(?<request>.*?)\n```\n```json (?<status>\d+)\n(?<answer>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Examples();
}
