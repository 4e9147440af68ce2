namespace Hone.Grading.Judges.Chat;

/// <summary>A model that answers messages, wherever it computes.</summary>
public interface IChatModel : IAsyncDisposable
{
    /// <summary>Tells its answers from those of every other model, also in later runs.</summary>
    string Id { get; }

    /// <summary>Any thread may ask, many at once.</summary>
    /// <exception cref="ChatException">There is no answer.</exception>
    Task<ChatReply> Ask(ChatCall call, CancellationToken stop);
}

/// <summary>A question to a model. With <see cref="Failed"/> it asks again for an answer in the right form.</summary>
/// <param name="Vote">Tells apart questions that are asked several times on purpose.</param>
public sealed record ChatCall(IReadOnlyList<GradingMessage> Messages, AnswerForm Form, ChatSettings Settings, int Vote = 0)
{
    public FailedReply? Failed { get; init; }

    /// <summary>Of the question, at four characters to a token.</summary>
    internal int EstimatedTokens => Messages.Sum(message => message.Content.Length) / 4;

    /// <summary>How it is put to an endpoint. Null: as the endpoint understood the last one.</summary>
    internal EndpointDialect? Dialect { get; init; }
}

/// <summary>An answer that could not be read, and why.</summary>
public sealed record FailedReply(string Text, string Problem);

/// <summary>How the answer is drawn. Null: the model's own choice.</summary>
public sealed record ChatSettings
{
    /// <summary>0 takes the likeliest token each time.</summary>
    public double Temperature { get; init; }
    public double? TopP { get; init; }
    public int? MaxTokens { get; init; }
    public long? Seed { get; init; }
    public string? ReasoningEffort { get; init; }
}

/// <summary>What a model wrote, and the tokens that it took.</summary>
public sealed record ChatReply(string Text, int InputTokens, int OutputTokens);

/// <summary>A model gave no answer. The boundary is the kind of fault, the message a sentence without a capital.</summary>
public sealed class ChatException(string boundary, string message, bool isTransient = false) : Exception(message)
{
    public string Boundary { get; } = boundary;

    /// <summary>The same question may be answered a moment later.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>It was refused because too many are asked.</summary>
    public bool IsThrottle { get; init; }

    /// <summary>How long the model asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The same question in another form, which may be answered. Null: there is none.</summary>
    public ChatCall? Instead { get; init; }

    /// <summary>The same in other words.</summary>
    public ChatException Saying(string message) =>
        new(Boundary, message, IsTransient) { IsThrottle = IsThrottle, RetryAfter = RetryAfter, Instead = Instead };
}
