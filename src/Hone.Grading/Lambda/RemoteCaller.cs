using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Hone.Grading.Lambda;

/// <summary>Calls a function over HTTP: with a limit in time and bytes, again where what went wrong may pass.</summary>
/// <remarks>
/// <para>Statuses 408, 429 and 5xx, a call past its time and a lost connection may pass: three retries, 0.5, 1 and 2 s later or when the
/// answer's Retry-After says. Other statuses do not.</para>
/// <para>A redirect is followed on the same host, scheme and port only: headers hold secrets, bodies hold data.</para>
/// </remarks>
sealed class RemoteCaller(RemoteFunction function, RemoteLimits limits) : IDisposable
{
    const int MostRedirects = 3;
    const int LongestExcerpt = 300;

    readonly HttpClient _client = new(Handler(limits)) { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<RemoteAnswer> Call(byte[] payload, CancellationToken stop)
    {
        for (int retry = 0; ; retry++)
        {
            var answer = await Try(payload, stop).ConfigureAwait(false);
            if (!answer.MayPass)
            {
                return answer;
            }

            if (retry == limits.Retries)
            {
                return RemoteAnswer.Lasting($"{answer.Problem} It was asked {retry + 1} times.");
            }

            await Task.Delay(limits.Delay(retry, answer.RetryAfter), stop).ConfigureAwait(false);
        }
    }

    public void Dispose() => _client.Dispose();

    async Task<RemoteAnswer> Try(byte[] payload, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(limits.Timeout);
        try
        {
            return await Post(payload, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return RemoteAnswer.Passing($"{Host} took longer than {limits.Timeout.TotalSeconds:0.###} s.");
        }
        catch (RemoteRefusal refusal)
        {
            return RemoteAnswer.Lasting(refusal.Message);
        }
        catch (HttpRequestException e) when (PublicAddress.Refusal(e) is { } refusal)
        {
            return RemoteAnswer.Lasting(refusal);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            return RemoteAnswer.Lasting($"no safe connection to {Host}: {(e.InnerException ?? e).Message}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return RemoteAnswer.Passing($"the connection to {Host} failed: {e.Message.TrimEnd('.')}.");
        }
    }

    static SocketsHttpHandler Handler(RemoteLimits limits)
    {
        var handler = limits.PublicOnly ? PublicAddress.Handler() : new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.UseCookies = false;
        handler.MaxConnectionsPerServer = limits.Concurrency;
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
        return handler;
    }

    string Host => function.Address.Authority;

    async Task<RemoteAnswer> Post(byte[] payload, CancellationToken stop)
    {
        var address = function.Address;
        for (int redirect = 0; ; redirect++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(payload) };
            request.Content.Headers.ContentType = new("application/json");
            await function.Prepare(request, payload, stop).ConfigureAwait(false);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
            if (!IsRedirect(response.StatusCode))
            {
                return await Read(response, stop).ConfigureAwait(false);
            }

            var next = response.Headers.Location is { } location ? new Uri(address, location) : null;
            if (next is null || redirect == MostRedirects || !IsSameOrigin(next, address))
            {
                return RemoteAnswer.Lasting(next is null || redirect == MostRedirects
                    ? $"{Host} answered {Status(response)} {redirect + 1} times without an end; name the final address."
                    : $"{Host} sends the call on to {next.GetLeftPart(UriPartial.Authority)}, another host, which is not followed; "
                        + "if that is right, name its address in the settings.");
            }

            address = next;
        }
    }

    async Task<RemoteAnswer> Read(HttpResponseMessage response, CancellationToken stop)
    {
        if (await Body(response.Content, stop).ConfigureAwait(false) is not { } body)
        {
            return RemoteAnswer.Lasting($"{Host} answered with more than {RemoteLimits.LargestPayload:N0} bytes.");
        }

        if (response.IsSuccessStatusCode)
        {
            return function.Read(response, body);
        }

        string said = function.Explain(response, body).Trim();
        string problem = $"{Host} answered {Status(response)}{(said.Length == 0 ? "." : $": {Excerpt(said)}")}";
        return response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
            ? RemoteAnswer.Passing(problem, Wait(response.Headers.RetryAfter))
            : RemoteAnswer.Lasting(problem);
    }

    // Null where it is too long: what a grader says about a batch is short, whatever else comes is not a grade.
    static async Task<string?> Body(HttpContent content, CancellationToken stop)
    {
        using var kept = new MemoryStream();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            var stream = await content.ReadAsStreamAsync(stop).ConfigureAwait(false);
            for (int read; (read = await stream.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0;)
            {
                kept.Write(buffer, 0, read);
                if (kept.Length > RemoteLimits.LargestPayload)
                {
                    return null;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }

    static TimeSpan? Wait(RetryConditionHeaderValue? header) => header?.Delta ?? header?.Date - DateTimeOffset.UtcNow;

    static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.Moved or HttpStatusCode.Found
        or HttpStatusCode.RedirectKeepVerb or HttpStatusCode.PermanentRedirect;

    static bool IsSameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.Host == other.Host && one.Port == other.Port;

    static string Status(HttpResponseMessage response) => $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();

    static string Excerpt(string text)
    {
        string line = string.Concat(text.Take(LongestExcerpt).Select(c => char.IsControl(c) ? ' ' : c));
        return text.Length > LongestExcerpt ? $"{line}…" : line;
    }
}
