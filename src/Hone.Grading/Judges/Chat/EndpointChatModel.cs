using System.Net;
using System.Net.Http.Headers;

namespace Hone.Grading.Judges.Chat;

/// <summary>A model behind an OpenAI-compatible endpoint.</summary>
/// <remarks>It asks for an answer in the form's JSON Schema, and for less where the server refuses: what it understands is remembered. Each form is a
/// call of its own, within the limits. 408, 409, 429, 5xx, broken connections and broken replies pass; all other refusals stand.</remarks>
public sealed class EndpointChatModel : IChatModel
{
    const long LongestReply = 4 << 20;

    // Seconds. Nobody waits longer for a batch, and timers do not take any number.
    const double LongestWait = 3600;

    readonly Uri _address;
    readonly string _model;
    readonly string? _key;
    readonly string? _keyName;
    readonly HttpClient _client;
    volatile EndpointDialect _dialect = new();

    /// <param name="endpoint">Up to and with <c>/v1</c>.</param>
    /// <param name="keyName">Environment variable that holds the key. Null: the server needs none.</param>
    /// <param name="publicOnly">Connections to addresses of the open internet alone.</param>
    public EndpointChatModel(string endpoint, string model, string? keyName, bool publicOnly = false)
    {
        (_address, _model, _keyName) = (new($"{endpoint.TrimEnd('/')}/chat/completions"), model, keyName);
        _key = keyName is null ? null : Environment.GetEnvironmentVariable(keyName)?.Trim();
        Id = $"{model} at {endpoint.TrimEnd('/')}";
        var handler = publicOnly ? PublicAddress.Handler() : new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
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

        var dialect = call.Dialect ?? _dialect;
        try
        {
            var reply = await Post(call, dialect, stop).ConfigureAwait(false);
            _dialect = dialect;
            return reply;
        }
        catch (ChatException e) when (!string.IsNullOrEmpty(_key) && e.Message.Contains(_key, StringComparison.Ordinal))
        {
            throw e.Saying(e.Message.Replace(_key, "…", StringComparison.Ordinal));
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new ChatException("endpoint", $"{_address} answered with more than {LongestReply >> 20} MiB, which is no verdict.");
        }
        catch (HttpRequestException e) when (PublicAddress.Refusal(e) is { } refusal)
        {
            throw new ChatException("endpoint", refusal);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ChatException("endpoint", $"{_address} cannot be reached: {(e.InnerException ?? e).Message.TrimEnd('.')}.", isTransient: true);
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task<ChatReply> Post(ChatCall call, EndpointDialect dialect, CancellationToken stop)
    {
        using var content = new ByteArrayContent(ChatCompletionJson.Request(_model, call, dialect));
        content.Headers.ContentType = new("application/json");
        using var response = await _client.PostAsync(_address, content, stop).ConfigureAwait(false);
        byte[] body = await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
        var reply = response.StatusCode == HttpStatusCode.OK ? ChatCompletionJson.Reply(body, call.EstimatedTokens) : null;
        return reply ?? throw Failure(response, ChatCompletionJson.Complaint(body), call, dialect);
    }

    // Some servers answer 200 and say in the body what it should have been.
    ChatException Failure(HttpResponseMessage response, (string Words, int? Code) complaint, ChatCall call, EndpointDialect dialect)
    {
        bool isHidden = response.StatusCode == HttpStatusCode.OK;
        int status = isHidden ? complaint.Code ?? 500 : (int)response.StatusCode;
        bool isThrottle = status == 429 && !complaint.Words.Contains("insufficient_quota", StringComparison.Ordinal);
        bool isTransient = isThrottle || status is 408 or 409 or (>= 500 and not 501);
        var next = status is 400 or 422 or 501 ? dialect.After(complaint.Words, call.Settings) : null;
        string words = complaint.Words.Length > 0 ? $": {complaint.Words}" : "";
        string elsewhere = response.Headers.Location is { } place ? $"; it points to {place}: name that address as the endpoint" : "";
        return new("endpoint", $"{_address} answered {(isHidden ? "200 with an error" : status)}{words}{elsewhere}", isTransient)
        {
            IsThrottle = isThrottle,
            RetryAfter = isTransient ? RetryAfter(response) : null,
            Instead = next is null ? null : call with { Dialect = next },
        };
    }

    // In milliseconds as some write it, else in seconds, whole or not, or as a date.
    static TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        double? seconds = Number(response, "retry-after-ms") / 1000 ?? Number(response, "Retry-After")
            ?? (response.Headers.RetryAfter?.Date is { } date ? (date - DateTimeOffset.UtcNow).TotalSeconds : null);
        return seconds is { } given ? TimeSpan.FromSeconds(Math.Clamp(given, 0, LongestWait)) : null;
    }

    static double? Number(HttpResponseMessage response, string header) =>
        response.Headers.NonValidated.TryGetValues(header, out var values) && double.TryParse(values.First(), out double number) && double.IsFinite(number)
            ? number
            : null;
}
