using System.Net;
using System.Net.Http.Headers;

namespace Hone.Grading.Judges.Chat;

/// <summary>A model behind an OpenAI-compatible endpoint.</summary>
/// <remarks>It asks for an answer in the form's JSON Schema, and for less where the server refuses: what it understands is remembered. 408, 409, 429,
/// 5xx, broken connections and broken replies pass; all other refusals stand.</remarks>
public sealed class EndpointChatModel : IChatModel
{
    const long LongestReply = 4 << 20;

    readonly Uri _address;
    readonly string _model;
    readonly string? _key;
    readonly string? _keyName;
    readonly HttpClient _client;
    volatile EndpointDialect _dialect = new();

    /// <param name="endpoint">Up to and with <c>/v1</c>.</param>
    /// <param name="keyName">Environment variable that holds the key. Null: the server needs none.</param>
    public EndpointChatModel(string endpoint, string model, string? keyName)
    {
        (_address, _model, _keyName) = (new($"{endpoint.TrimEnd('/')}/chat/completions"), model, keyName);
        _key = keyName is null ? null : Environment.GetEnvironmentVariable(keyName);
        Id = $"{model} at {endpoint.TrimEnd('/')}";
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false };
        _client = new(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestReply };
        if (!string.IsNullOrEmpty(_key))
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        }
    }

    public string Id { get; }

    public async Task<ChatReply> Ask(ChatCall call, CancellationToken stop)
    {
        if (_keyName is not null && string.IsNullOrEmpty(_key))
        {
            throw new ChatException("endpoint", $"the environment variable {_keyName}, which apiKey names, is empty; set it to the key.");
        }

        var dialect = _dialect;
        while (true)
        {
            var (reply, complaint) = await Try(call, dialect, stop).ConfigureAwait(false);
            if (reply is not null)
            {
                _dialect = dialect;
                return reply;
            }

            dialect = dialect.After(complaint!.Message, call.Settings) ?? throw complaint;
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    // A complaint where the request itself was refused.
    async Task<(ChatReply?, ChatException?)> Try(ChatCall call, EndpointDialect dialect, CancellationToken stop)
    {
        try
        {
            using var content = new ByteArrayContent(ChatCompletionJson.Request(_model, call, dialect));
            content.Headers.ContentType = new("application/json");
            using var response = await _client.PostAsync(_address, content, stop).ConfigureAwait(false);
            byte[] body = await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return (ChatCompletionJson.Reply(body), null);
            }

            var failure = Failure(response, System.Text.Encoding.UTF8.GetString(body));
            bool isRefused = response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.NotImplemented;
            return isRefused ? (null, failure) : throw failure;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ChatException("endpoint", $"{_address} cannot be reached: {(e.InnerException ?? e).Message.TrimEnd('.')}.", isTransient: true);
        }
    }

    ChatException Failure(HttpResponseMessage response, string body)
    {
        int status = (int)response.StatusCode;
        string words = ChatCompletionJson.Complaint(body);
        bool isThrottle = status == 429 && !words.Contains("insufficient_quota", StringComparison.Ordinal);
        bool isTransient = isThrottle || status is 408 or 409 or (>= 500 and not 501);
        words = string.IsNullOrEmpty(_key) ? words : words.Replace(_key, "…", StringComparison.Ordinal);
        return new("endpoint", $"{_address} answered {status}: {words}", isTransient) { IsThrottle = isThrottle, RetryAfter = isTransient ? RetryAfter(response) : null };
    }

    // In milliseconds as some write it, else in seconds or as a date.
    static TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("retry-after-ms", out var values) && double.TryParse(values.First(), out double milliseconds) && milliseconds is >= 0 and < 1e9)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - DateTimeOffset.UtcNow : null);
        return wait is { } given ? (given > TimeSpan.Zero ? given : TimeSpan.Zero) : null;
    }
}
