using System.Net;
using System.Text;
using Hone.Server.Accounts;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.SecurityTests;

/// <summary>What holds for every route that the server has, whoever mapped it: the routes are read from the server itself.</summary>
public sealed class RouteTests : IAsyncLifetime
{
    readonly Tenants _tenants = new();

    public Task InitializeAsync() => _tenants.InitializeAsync();

    public Task DisposeAsync() => _tenants.DisposeAsync();

    [Fact]
    public void Only_health_and_the_files_of_the_page_are_open()
    {
        string[] open = [.. Endpoints().Where(OpenRoute.Is).Select(endpoint => endpoint.RoutePattern.RawText!).Distinct()];

        // /metrics asks for a key itself, except from programs of this machine.
        Assert.All(open, route => Assert.True(
            route is "/metrics" or "/" or "/healthz" or "/readyz" or "/favicon.ico" or "/openapi.json" || route.StartsWith("/dashboard/", StringComparison.Ordinal),
            $"{route} needs no key."));
        Assert.All(Endpoints().Where(OpenRoute.Is), endpoint => Assert.All(Methods(endpoint), method => Assert.True(method is "GET" or "HEAD", $"{method} {endpoint}")));
    }

    [Fact]
    public async Task Every_other_route_refuses_every_key_that_is_none()
    {
        string?[] tokens = [null, "garbage", Tenants.Foreign, _tenants.Expired.Bearer, _tenants.Revoked.Bearer];
        List<string> wrong = [];
        foreach (string? token in tokens)
        {
            using var client = _tenants.Server.ClientOf(token);
            foreach (var (method, path) in Closed("x"))
            {
                var answer = await Send(client, method, path);
                if (answer.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) || answer.Body.Contains(Tenants.Marker, StringComparison.Ordinal))
                {
                    wrong.Add($"{method} {path} answers {(int)answer.Status} to {token ?? "no key"}: {answer.Body}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task No_route_gives_or_changes_what_another_account_owns()
    {
        using var client = _tenants.Server.ClientOf(_tenants.Stranger.Bearer);
        List<string> wrong = [];
        foreach (string id in _tenants.OwnedIds)
        {
            foreach (var (method, path) in Closed(id).Where(route => route.Path.Contains(id, StringComparison.Ordinal)))
            {
                var answer = await Send(client, method, path);
                if (IsWrong(path, answer.Status) || answer.Body.Contains(Tenants.Marker, StringComparison.Ordinal))
                {
                    wrong.Add($"{method} {path} answers {(int)answer.Status}: {answer.Body}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    // The ids that a person or program may try in place of one: none may end in a defect of ours, be found, or take the server down.
    [Theory]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("%2e%2e")]
    [InlineData("a%00b")]
    [InlineData("a%0d%0ab")]
    [InlineData("'%20OR%201=1%20--")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("%e2%80%ae")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    [InlineData("file-")]
    [InlineData("ft:::::")]
    [InlineData("arn:aws:bedrock:us-east-1:000000000001:custom-model/x")]
    public async Task No_route_stumbles_over_an_id(string id)
    {
        using var client = _tenants.Server.ClientOf(_tenants.Stranger.Bearer);
        List<string> wrong = [];
        // A client that folds ".." away asks for the page at "/", which is open to all.
        bool IsPage(string path) => new Uri(client.BaseAddress!, path).AbsolutePath == "/";
        foreach (var (method, path) in Closed(id).Where(route => route.Path.Contains(id, StringComparison.Ordinal) && !IsPage(route.Path)))
        {
            var answer = await Send(client, method, path);
            if (IsWrong(path, answer.Status))
            {
                wrong.Add($"{method} {path} answers {(int)answer.Status}: {answer.Body}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    // Below /s3 a name is made by whoever puts something there; StorageClientTests and the table say who gets at it afterwards.
    static bool IsWrong(string path, HttpStatusCode status) =>
        (int)status >= 500 || ((int)status < 400 && !path.StartsWith("/s3/", StringComparison.Ordinal));

    IEnumerable<RouteEndpoint> Endpoints() =>
        _tenants.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    /// <summary>Every route that needs a key, with <paramref name="id"/> in place of each of its parameters.</summary>
    IEnumerable<(string Method, string Path)> Closed(string id) =>
        from endpoint in Endpoints()
        where !OpenRoute.Is(endpoint)
        from method in Methods(endpoint)
        select (method, Path(endpoint, id));

    static IReadOnlyList<string> Methods(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET", "POST", "PUT", "DELETE"];

    static string Path(RouteEndpoint endpoint, string id)
    {
        var path = new StringBuilder();
        foreach (var segment in endpoint.RoutePattern.PathSegments)
        {
            path.Append('/');
            foreach (var part in segment.Parts)
            {
                path.Append(part switch
                {
                    RoutePatternLiteralPart literal => literal.Content,
                    RoutePatternSeparatorPart separator => separator.Content,
                    _ => id,
                });
            }
        }

        return path.Length == 0 ? "/" : path.ToString();
    }

    static async Task<(HttpStatusCode Status, string Body)> Send(HttpClient client, string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PUT" or "PATCH")
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(limit.Token));
    }
}
