using System.Text;

namespace Hone.Server.Tests.OpenApi;

/// <summary>Sees every request of a test and its answer, and fails the test where they are not what the OpenAPI document says.</summary>
sealed class Conformity() : DelegatingHandler(new SocketsHttpHandler())
{
    const int LargestChecked = 1 << 20;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // What was sent cannot be read afterwards.
        string? sent = IsJson(request.Content?.Headers) ? await request.Content!.ReadAsStringAsync(cancellationToken) : null;
        var answer = await base.SendAsync(request, cancellationToken);
        if (WireShapes.Of(request.Method.Method, request.RequestUri!.AbsolutePath) is { } said)
        {
            if (answer.IsSuccessStatusCode && sent is not null && (string?)said["takes"] is { } takes)
            {
                Require(await WireShapes.Problem(takes, sent), request, "takes", sent);
            }

            if (IsJson(answer.Content.Headers))
            {
                await answer.Content.LoadIntoBufferAsync(cancellationToken);
                string given = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
                Require(await WireShapes.Problem(ShapeOf(said, request, answer), given), request, $"answers with {(int)answer.StatusCode}", given);
            }
        }

        return answer;
    }

    static string ShapeOf(System.Text.Json.Nodes.JsonObject said, HttpRequestMessage request, HttpResponseMessage answer) =>
        answer.IsSuccessStatusCode || (int)answer.StatusCode == (int?)said["status"]
            ? (string?)said["gives"] ?? "any"
            : request.RequestUri!.AbsolutePath == "/readyz" ? "Readiness"
            : ProblemShape.IsOpenAi(request.RequestUri.AbsolutePath) ? "Problem" : "AwsProblem";

    static bool IsJson(System.Net.Http.Headers.HttpContentHeaders? headers) =>
        headers?.ContentType?.MediaType == "application/json" && (headers.ContentLength ?? 0) < LargestChecked;

    static void Require(string? problem, HttpRequestMessage request, string what, string body) => Assert.True(
        problem is null,
        $"{request.Method} {request.RequestUri!.PathAndQuery} {what}, but not as /openapi.json says (src/Hone.Server/OpenApi): {problem}\n{body}");
}
