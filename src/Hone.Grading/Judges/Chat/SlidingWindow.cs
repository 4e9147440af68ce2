namespace Hone.Grading.Judges.Chat;

/// <summary>What was used up within the last minute: no 60 seconds ever hold more calls or more tokens than the limits.</summary>
/// <remarks>A call's tokens are estimated when it begins and known when it ends. One that is larger than the limit alone goes when the minute is empty.
/// Times are those of a clock that never goes back.</remarks>
sealed class SlidingWindow(int? calls, int? tokens)
{
    static readonly TimeSpan _length = TimeSpan.FromMinutes(1);

    readonly Queue<Use> _uses = new();
    long _tokens;

    /// <summary>One call, from its beginning until a minute later.</summary>
    public sealed class Use(TimeSpan at, long tokens)
    {
        public TimeSpan At { get; } = at;
        public long Tokens { get; set; } = tokens;
        public bool IsPast { get; set; }
    }

    /// <summary>When a call of so many tokens may begin: now or later.</summary>
    public TimeSpan Free(TimeSpan now, long needed)
    {
        if (calls is null && tokens is null)
        {
            return now;
        }

        while (_uses.TryPeek(out var past) && past.At + _length <= now)
        {
            _uses.Dequeue().IsPast = true;
            _tokens -= past.Tokens;
        }

        var (left, used) = (_uses.Count, _tokens);
        foreach (var use in _uses)
        {
            if (Fits(left, used, needed))
            {
                break;
            }

            (left, used, now) = (left - 1, used - use.Tokens, use.At + _length);
        }

        return now;
    }

    public Use Take(TimeSpan now, long needed)
    {
        var use = new Use(now, needed);
        if (calls is not null || tokens is not null)
        {
            _uses.Enqueue(use);
            _tokens += needed;
        }

        return use;
    }

    /// <summary>The tokens that a call really took.</summary>
    public void Correct(Use use, long actual)
    {
        if (!use.IsPast && (calls is not null || tokens is not null))
        {
            _tokens += actual - use.Tokens;
            use.Tokens = actual;
        }
    }

    bool Fits(int left, long used, long needed) =>
        left == 0 || ((calls is null || left < calls) && (tokens is null || used + needed <= tokens));
}
