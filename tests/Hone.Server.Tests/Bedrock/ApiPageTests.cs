using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hone.Server.Tests.Bedrock.Support;

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
        foreach (var (method, path, body, status, expected) in Examples())
        {
            using var request = new HttpRequestMessage(new(method), path);
            request.Content = body is null
                ? null
                : new StringContent(body.Replace("{job}", job, StringComparison.Ordinal), Encoding.UTF8, "application/json");

            using var answer = await server.Server.Client.SendAsync(request);

            byte[] given = await answer.Content.ReadAsByteArrayAsync();
            Assert.True(status == (int)answer.StatusCode, $"{method} {path} answers {(int)answer.StatusCode}: {Encoding.UTF8.GetString(given)}");
            string? kind = given.Length == 0 ? null : answer.Content.Headers.ContentType?.MediaType;
            Assert.Equal($"{method} {path} {Form(kind, Encoding.UTF8.GetBytes(expected), isPage: true)}", $"{method} {path} {Form(kind, given, isPage: false)}");
            job = kind == "application/json" ? (string?)JsonNode.Parse(given)!["jobArn"] ?? job : job;
        }
    }

    /// <summary>Requests of the page and what it answers them with: a path with its query after the method, the body on the lines below.</summary>
    public static IEnumerable<(string Method, string Path, string? Body, int Status, string Answer)> Examples() =>
        from example in Example().Matches(File.ReadAllText(Page()))
        let request = example.Groups["request"].Value.Split('\n', 2)
        let first = request[0].Split(' ')
        let body = request.Length > 1 && request[1].Trim().Length > 0 ? request[1] : null
        select (first[0], first[1], body, int.Parse(example.Groups["status"].Value), example.Groups["answer"].Value.Trim());

    static string Form(string? kind, byte[] answer, bool isPage) => kind switch
    {
        "application/json" => Shape(JsonNode.Parse(answer)),
        "application/xml" => string.Join(' ', XDocument.Parse(Encoding.UTF8.GetString(answer)).Descendants().Select(element => element.Name)),
        "application/vnd.amazon.eventstream" => string.Join('\n', isPage ? Told(Encoding.UTF8.GetString(answer)) : Seen(answer)),
        _ => Encoding.UTF8.GetString(answer),
    };

    static IEnumerable<string> Told(string page) =>
        page.Split('\n').Select(line => line.Split(' ', 2)).Select(line => $"{line[0]} {Shape(JsonNode.Parse(line[1]))}");

    static IEnumerable<string> Seen(byte[] stream) =>
        EventMessages.Read(stream).Select(one => $"{one.Type} {Shape(one.Type == "chunk" ? EventMessages.Chunk(one) : one.Payload)}");

    // Names and kinds, not values: those are of the day.
    static string Shape(JsonNode? node) => node switch
    {
        JsonObject members =>
            $"{{{string.Join(',', members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}:{Shape(member.Value)}"))}}}",
        JsonArray items => $"[{string.Join(',', items.Select(Shape))}]",
        _ => node?.GetValueKind().ToString() ?? "null",
    };

    static string Page([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../../docs/api-bedrock.md"));

    [GeneratedRegex(@"^```http\n(?<request>.*?)\n```\n```(?:json|text|xml) (?<status>\d+)\n(?<answer>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Example();
}
