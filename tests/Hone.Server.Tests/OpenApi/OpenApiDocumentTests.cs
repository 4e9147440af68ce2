using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.EndToEndTests.Sdk;
using Hone.Server.Accounts;
using Hone.Server.OpenApi;
using Hone.Server.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.OpenApi;

public sealed partial class OpenApiDocumentTests(OpenApiDocumentTests.Server server) : IClassFixture<OpenApiDocumentTests.Server>
{
    public static TheoryData<string> RoutesWithBody =>
        [.. Surfaces.Routes.Where(route => route.Said["takes"] is not null && route.Said["as"] is null).Select(route => route.Route)];

    public static TheoryData<string> RoutesWithQuery => [.. Surfaces.Routes.Where(route => route.Said["query"] is not null).Select(route => route.Route)];

    [NodeFact]
    public async Task The_document_is_valid_OpenAPI()
    {
        string address = new Uri(server.Test.Client.BaseAddress!, "/openapi.json").ToString();

        var seen = JsonNode.Parse(await NodeScript.Run("openapi", "validate.mjs", new Dictionary<string, string>(), address))!;

        Assert.True(seen["valid"]!.GetValue<bool>(), seen["errors"]?.ToJsonString());
        Assert.Equal("3.1", seen["version"]!.GetValue<string>());
    }

    [Fact]
    public void Every_mapped_route_is_described_and_every_described_route_is_mapped()
    {
        var mapped = server.Mapped().Where(route => !IsPage(route.Path)).ToList();
        string[] described = [.. Surfaces.Routes.Select(route => route.Route)];

        Assert.DoesNotContain(mapped, route => !described.Any(one => Serves(route, one)));
        Assert.DoesNotContain(described, one => !mapped.Any(route => Serves(route, one)));
    }

    [Fact]
    public void Every_described_route_has_a_request_and_its_answer_on_a_page()
    {
        var examples = new[] { "OpenAI's routes", "Hone's routes" }.SelectMany(ApiPage.Examples).Select(example => (example.Method.Method, example.Path))
            .Concat(Bedrock.ApiPageTests.Examples().Select(example => (example.Method, example.Path)));
        var shown = examples.Select(example => WireShapes.Of(example.Item1, example.Item2)).ToHashSet();

        Assert.DoesNotContain(Surfaces.Routes, route => !shown.Contains(route.Said));
    }

    [Fact]
    public void Routes_that_need_no_key_are_described_so()
    {
        string[] open = [.. server.Mapped().Where(route => route.IsOpen && !IsPage(route.Path)).Select(route => $"{route.Method} {route.Path}").Order()];

        Assert.Equal(open, Surfaces.Routes.Where(route => route.Said["open"] is not null).Select(route => route.Route).Order());
    }

    [Fact]
    public async Task Every_operation_has_a_name_of_its_own_and_says_what_it_takes_gives_and_does_when_it_fails()
    {
        var document = JsonNode.Parse(await server.Test.Client.GetStringAsync("/openapi.json"))!;
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(one => one.Value!)).ToList();

        Assert.Equal(Surfaces.Routes.Count, operations.Count);
        Assert.Distinct(operations.Select(one => (string)one["operationId"]!));
        Assert.All(operations, one => Assert.NotNull(one["responses"]!["default"]!["content"]));
        var create = document["paths"]!["/v1/fine_tuning/jobs"]!["post"]!;
        Assert.Equal("#/components/schemas/NewFineTuningJob", (string?)create["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]);
        var lists = document["paths"]!["/v1/fine_tuning/jobs"]!["get"]!["parameters"]!.AsArray();
        Assert.Equal(["after", "limit", "metadata"], lists.Select(parameter => (string)parameter!["name"]!));
    }

    [Theory, MemberData(nameof(RoutesWithBody))]
    public async Task The_reader_knows_every_member_that_the_document_names(string route)
    {
        var said = Surfaces.Routes.Single(one => one.Route == route).Said;
        var body = new JsonObject { ["nobodyKnowsThis"] = 1 };
        foreach (string name in Members((string)said["takes"]!).Where(name => name.Length > 0))
        {
            body[name] = null;
        }

        var refused = await server.Send(route.Split(' ')[0], Parameter().Replace(route.Split(' ')[1], "small"), body.ToJsonString());

        Assert.DoesNotContain(body.Select(member => member.Key).Where(name => name != "nobodyKnowsThis"), name => IsUnknown(refused, name));
    }

    [Theory, MemberData(nameof(RoutesWithQuery))]
    public async Task The_reader_knows_every_parameter_that_the_document_names(string route)
    {
        var said = Surfaces.Routes.Single(one => one.Route == route).Said;
        string[] names = [.. said["query"]!.AsObject().Select(parameter => parameter.Key)];
        string query = string.Join('&', names.Append("nobodyKnowsThis").Select(name => $"{name}="));

        string answer = await server.Send("GET", $"{Parameter().Replace(route.Split(' ')[1], "small")}?{query}", null);

        Assert.DoesNotContain(names, name => IsUnknown(answer, name));
    }

    static bool IsUnknown(string answer, string name) => Regex.IsMatch(
        answer, $@"(?<![\w.]){Regex.Escape(name)}'? (is not known|is no |is unknown)|no (key|parameter|member) '{Regex.Escape(name)}'|(has|no) '{Regex.Escape(name)}'");

    static IEnumerable<string> Members(string shape) => shape.Split('|').SelectMany(
        name => Surfaces.Shapes.TryGetValue(name, out var members) && members is JsonObject listed
            ? listed.Select(member => member.Key.TrimEnd('?')).Where(key => key != "...")
            : []);

    // Files of the dashboard are for its page, whatever they are.
    static bool IsPage(string path) => path is "/" or "/favicon.ico" || path.StartsWith("/dashboard/", StringComparison.Ordinal);

    // A route whose last parameter takes all that follows serves several operations.
    static bool Serves(MappedRoute route, string described)
    {
        string path = Regex.Escape(route.Path).Replace("/\\{rest}", "/.+", StringComparison.Ordinal).Replace("\\{", "{", StringComparison.Ordinal);
        return described.Split(' ')[0] == route.Method && Regex.IsMatch(described.Split(' ')[1], $"^{path}$");
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();

    public sealed record MappedRoute(string Method, string Path, bool IsOpen);

    public sealed partial class Server : IAsyncLifetime
    {
        internal TestServer Test { get; private set; } = null!;

        public async Task InitializeAsync() => Test = await OpenAiServer.Start();

        public async Task DisposeAsync() => await Test.DisposeAsync();

        /// <summary>Constraints and stars of parameters are left out.</summary>
        public IEnumerable<MappedRoute> Mapped() =>
            from endpoint in Test.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            select new MappedRoute(method, "/" + Plain().Replace(endpoint.RoutePattern.RawText!, "{$1}").Trim('/'), OpenRoute.Is(endpoint));

        public async Task<string> Send(string method, string path, string? body)
        {
            using var request = new HttpRequestMessage(new(method), path);
            request.Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var client = Test.ClientOf(Test.Key.Bearer);
            using var answer = await client.SendAsync(request);
            return await answer.Content.ReadAsStringAsync();
        }

        [GeneratedRegex(@"\{\**(\w+)[^}]*\}")]
        private static partial Regex Plain();
    }
}
