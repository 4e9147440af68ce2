using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Hone.Tests.Grading.Judges;

/// <summary>A server of chat completions on this machine, which misbehaves as the test says.</summary>
sealed class ChatStub : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _closed = new();
    readonly ConcurrentDictionary<string, int> _asked = new();
    readonly Func<Call, Reply> _answer;
    int _running;
    int _most;

    public ChatStub(Func<Call, Reply> answer)
    {
        _answer = answer;
        _listener.Start(512);
        _ = Task.Run(Accept);
    }

    /// <summary>What came: the request, the last turn of the user, and how often exactly this was asked, from 1.</summary>
    public sealed record Call(JsonElement Body, string Question, int Times, string Authorization);

    /// <summary>What goes back. Null text: nothing, until the other side gives up.</summary>
    public sealed record Reply(int Status, string? Body, string Headers = "")
    {
        /// <summary>A chat completion with this content.</summary>
        public static Reply Of(string content, int inputTokens = 100, int outputTokens = 10) => new(200, JsonSerializer.Serialize(new
        {
            choices = new[] { new { message = new { role = "assistant", content } } },
            usage = new { prompt_tokens = inputTokens, completion_tokens = outputTokens },
        }));
    }

    public string Endpoint => $"http://{_listener.LocalEndpoint}/v1";

    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>Calls that were being answered at once, at most.</summary>
    public int MostAtOnce => _most;

    public void Dispose()
    {
        _closed.Cancel();
        _listener.Dispose();
    }

    async Task Accept()
    {
        while (!_closed.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_closed.Token);
            client.NoDelay = true;
            _ = Serve(client);
        }
    }

    async Task Serve(TcpClient client)
    {
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                var reader = new RequestReader(stream);
                while (await reader.Read(_closed.Token) is var (head, body))
                {
                    await Answer(stream, head, body);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The other side went away.
        }
    }

    async Task Answer(NetworkStream stream, string head, byte[] body)
    {
        int running = Interlocked.Increment(ref _running);
        InterlockedMax(ref _most, running);
        Reply reply;
        try
        {
            // Others get a turn, so that calls meet.
            await Task.Yield();
            reply = _answer(Note(head, body));
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }

        if (reply.Body is null)
        {
            await Task.Delay(Timeout.Infinite, _closed.Token);
        }

        byte[] content = Encoding.UTF8.GetBytes(reply.Body!);
        string top = $"HTTP/1.1 {reply.Status} X\r\nContent-Type: application/json\r\n{reply.Headers}Content-Length: {content.Length}\r\n\r\n";
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(top), .. content], _closed.Token);
    }

    Call Note(string head, byte[] body)
    {
        var json = JsonElement.Parse(body);
        string question = json.GetProperty("messages").EnumerateArray().Last(turn => turn.GetProperty("role").ValueEquals("user")).GetProperty("content").GetString()!;
        int times = _asked.AddOrUpdate(Encoding.UTF8.GetString(body), 1, (_, count) => count + 1);
        string? key = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase));
        var call = new Call(json, question, times, key?.Split(':', 2)[1].Trim() ?? "");
        Calls.Enqueue(call);
        return call;
    }

    static void InterlockedMax(ref int target, int value)
    {
        for (int seen = target; value > seen;)
        {
            int was = Interlocked.CompareExchange(ref target, value, seen);
            if (was == seen)
            {
                return;
            }

            seen = was;
        }
    }

    // Requests with a length, one after another on a connection.
    sealed class RequestReader(NetworkStream stream)
    {
        byte[] _buffer = new byte[16384];
        int _filled;

        public async Task<(string Head, byte[] Body)?> Read(CancellationToken stop)
        {
            int end;
            while ((end = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
            {
                if (!await More(stop))
                {
                    return null;
                }
            }

            string head = Encoding.ASCII.GetString(_buffer, 0, end);
            int length = int.Parse(head.Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1]);
            int whole = end + 4 + length;
            while (_filled < whole)
            {
                if (!await More(stop))
                {
                    return null;
                }
            }

            byte[] body = _buffer[(end + 4)..whole];
            _buffer.AsSpan(whole, _filled - whole).CopyTo(_buffer);
            _filled -= whole;
            return (head, body);
        }

        async Task<bool> More(CancellationToken stop)
        {
            if (_filled == _buffer.Length)
            {
                Array.Resize(ref _buffer, 2 * _buffer.Length);
            }

            int read = await stream.ReadAsync(_buffer.AsMemory(_filled), stop);
            _filled += read;
            return read > 0;
        }
    }
}
