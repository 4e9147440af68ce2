using System.Collections.Concurrent;
using System.Net;

namespace Hone.Server.Tests.Support;

/// <summary>An address of this machine that keeps what it is sent and answers what a test wants.</summary>
sealed class Receiver : IAsyncDisposable
{
    readonly HttpListener _listener;
    readonly ConcurrentQueue<Received> _requests = new();
    readonly SemaphoreSlim _arrived = new(0);
    readonly Task _loop;
    int _count;

    public Receiver()
    {
        (_listener, Url) = Listen();
        _loop = Task.Run(Serve);
    }

    public sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);

    public string Url { get; }

    /// <summary>The status that the request of this number, from 1, is answered with.</summary>
    public Func<int, int> Status { get; set; } = _ => 200;

    public IReadOnlyList<Received> Requests => [.. _requests];

    /// <summary>Waits for one more request.</summary>
    public async Task Arrives()
    {
        if (!await _arrived.WaitAsync(TimeSpan.FromMinutes(1)))
        {
            throw new TimeoutException($"No request came to {Url}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
        _arrived.Dispose();
    }

    // A listener cannot be asked for any free port; another program may have the one that was found.
    static (HttpListener Listener, string Url) Listen()
    {
        for (int tries = 0; ; tries++)
        {
            string url = $"http://127.0.0.1:{Random.Shared.Next(20_000, 60_000)}";
            var listener = new HttpListener();
            listener.Prefixes.Add(url + "/");
            try
            {
                listener.Start();
                return (listener, url);
            }
            catch (HttpListenerException) when (tries < 50)
            {
                listener.Close();
            }
        }
    }

    async Task Serve()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                var headers = context.Request.Headers.AllKeys.ToDictionary(key => key!.ToLowerInvariant(), key => context.Request.Headers[key]!);
                _requests.Enqueue(new(context.Request.Url!.AbsolutePath, headers, body.ToArray()));
                context.Response.StatusCode = Status(++_count);
                if (context.Response.StatusCode is 301 or 302)
                {
                    context.Response.RedirectLocation = Url + "/elsewhere";
                }

                context.Response.Close();
                _arrived.Release();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
