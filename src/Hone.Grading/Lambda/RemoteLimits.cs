namespace Hone.Grading.Lambda;

/// <summary>How much is asked of a function outside at once, and for how long.</summary>
sealed record RemoteLimits
{
    /// <summary>Bytes of a request, and of an answer, that AWS Lambda carries: 6 MiB.</summary>
    public const int LargestPayload = 6 << 20;

    /// <summary>Items in one call. Bedrock's training uses 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Calls under way at the same time.</summary>
    public int Concurrency { get; init; } = 12;

    /// <summary>Connections to addresses of the open internet alone.</summary>
    public bool PublicOnly { get; init; }

    /// <summary>From the first byte sent to the last one received, for each try.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Calls after the first one, where what went wrong may pass.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Before the first retry; doubled before each further one.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait that an answer's Retry-After can ask for.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest that a call may take with all its tries and the waiting between them.</summary>
    public TimeSpan Patience => (Timeout * (1 + Retries)) + Enumerable.Range(0, Retries).Aggregate(TimeSpan.Zero, (sum, retry) => sum + Delay(retry, LongestDelay));

    public static RemoteLimits Read(GraderForm form)
    {
        var limits = new RemoteLimits();
        return limits with
        {
            BatchSize = form.Integer("batchSize", 1, 10_000) ?? limits.BatchSize,
            Concurrency = form.Integer("concurrency", 1, 1_000) ?? limits.Concurrency,
            PublicOnly = form.Flag("publicOnly"),
            Timeout = form.Duration("timeout", limits.Timeout, TimeSpan.FromMinutes(15)),
        };
    }

    /// <summary>How a reference answer that is a text is sent.</summary>
    public static ReferenceShape ReadShape(GraderForm form, ReferenceShape otherwise)
    {
        const string asWritten = "asWritten", wrapped = "object";
        string word = form.Choice(
            "reference",
            otherwise == ReferenceShape.Object ? wrapped : asWritten,
            (asWritten, "as the record has it"),
            (wrapped, "a text becomes {\"text\":…}, as OpenAI-compatible endpoints send it"));
        return word == wrapped ? ReferenceShape.Object : ReferenceShape.AsWritten;
    }

    /// <param name="retry">0 for the first.</param>
    /// <param name="asked">What the answer's Retry-After says.</param>
    public TimeSpan Delay(int retry, TimeSpan? asked)
    {
        var own = FirstDelay * Math.Pow(2, retry);
        var wait = asked > own ? asked.Value : own;
        return wait < LongestDelay ? wait : LongestDelay;
    }
}
