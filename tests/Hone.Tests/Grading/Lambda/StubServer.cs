using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Hone.Tests.Grading.Lambda;

/// <summary>What a client sent.</summary>
sealed record StubRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public JsonArray Events => JsonNode.Parse(Body)!.AsArray();

    /// <summary>Results as a good function gives them: each item's score is the length of its completion.</summary>
    public string Results() => new JsonArray([.. Events.Select(one => new JsonObject
    {
        ["id"] = one!["id"]!.GetValue<string>(),
        ["aggregate_reward_score"] = one["messages"]!.AsArray()[^1]!["content"]!.GetValue<string>().Length,
    })]).ToJsonString();
}

/// <summary>A server that answers with any bytes at any pace, on a free port of this machine. The last answer stays for all further requests.</summary>
sealed class StubServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _end = new();
    readonly ConcurrentQueue<Func<StubRequest, Stream, Task>> _answers;
    readonly Task _work;
    Func<StubRequest, Stream, Task>? _last;

    public StubServer(params IEnumerable<Func<StubRequest, Stream, Task>> answers)
    {
        _answers = new(answers);
        _listener.Start();
        _work = Accept();
    }

    public ConcurrentQueue<StubRequest> Requests { get; } = [];

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/grade");

    public static Func<StubRequest, Stream, Task> Good => (request, stream) => Send(stream, 200, request.Results());

    public static Func<StubRequest, Stream, Task> Status(int status, string body = "", string headers = "") =>
        (_, stream) => Send(stream, status, body, headers);

    public static Func<StubRequest, Stream, Task> Raw(string bytes) => (_, stream) => stream.WriteAsync(Encoding.UTF8.GetBytes(bytes)).AsTask();

    public static Task Send(Stream stream, int status, string body, string headers = "") => stream.WriteAsync(Encoding.UTF8.GetBytes(
        $"HTTP/1.1 {status} Said\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n{headers}\r\n{body}")).AsTask();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _work;
        _end.Dispose();
    }

    async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                _ = Task.Run(() => Answer(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    async Task Answer(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await Read(stream);
                Requests.Enqueue(request);
                if (_answers.TryDequeue(out var next))
                {
                    _last = next;
                }

                await _last!(request, stream);
            }
            catch (IOException)
            {
                // The client went away first, as it should where an answer takes too long.
            }
        }
    }

    static async Task<StubRequest> Read(Stream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        string[] lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        byte[] body = new byte[int.Parse(headers["Content-Length"])];
        await stream.ReadExactlyAsync(body);
        string[] first = lines[0].Split(' ');
        return new(first[0], first[1], headers, body);
    }
}
