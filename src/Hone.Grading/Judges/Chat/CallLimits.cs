namespace Hone.Grading.Judges.Chat;

/// <summary>The most that a judge is asked at once and per minute. Null: no limit.</summary>
public sealed record LimitSettings
{
    public int Concurrency { get; init; } = 16;
    public int? RequestsPerMinute { get; init; }
    public int? TokensPerMinute { get; init; }
}

/// <summary>Lets calls begin in the order in which they came, within the limits.</summary>
/// <remarks>A refusal halves how many calls run at once and holds all of them up for as long as the model asks; each answer lets the number grow
/// again by its inverse. Calls that had begun before a refusal do not halve it once more.</remarks>
sealed class CallLimits : IDisposable
{
    readonly LimitSettings _settings;
    readonly TimeProvider _clock;
    readonly long _start;
    readonly Lock _gate = new();
    readonly Queue<Waiter> _waiting = new();
    readonly SlidingWindow _window;
    readonly ITimer _timer;
    double _allowed;
    int _running;
    TimeSpan _heldUntil;
    TimeSpan _halvedAt = TimeSpan.MinValue;

    public CallLimits(LimitSettings settings, TimeProvider clock)
    {
        (_settings, _clock, _start, _allowed) = (settings, clock, clock.GetTimestamp(), settings.Concurrency);
        _window = new(settings.RequestsPerMinute, settings.TokensPerMinute);
        _timer = clock.CreateTimer(_ => Admit(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Calls that may run at once at the moment.</summary>
    public double Allowed
    {
        get
        {
            lock (_gate)
            {
                return _allowed;
            }
        }
    }

    TimeSpan Now => _clock.GetElapsedTime(_start);

    /// <summary>Waits until a call may begin; disposing the pass ends it.</summary>
    public async Task<Pass> Enter(long tokens, CancellationToken stop)
    {
        var waiter = new Waiter(tokens);
        lock (_gate)
        {
            _waiting.Enqueue(waiter);
        }

        Admit();
        await using var registration = stop.Register(() => waiter.Source.TrySetCanceled(stop)).ConfigureAwait(false);
        return await waiter.Source.Task.ConfigureAwait(false);
    }

    public void Dispose() => _timer.Dispose();

    void Admit()
    {
        lock (_gate)
        {
            while (_waiting.TryPeek(out var first))
            {
                if (first.Source.Task.IsCompleted)
                {
                    _waiting.Dequeue();
                    continue;
                }

                if (_running >= Math.Max(1, (int)_allowed))
                {
                    return;
                }

                var now = Now;
                var free = _window.Free(now, first.Tokens);
                free = free > _heldUntil ? free : _heldUntil;
                if (free > now)
                {
                    // A timer may fire a little early; it is set again then.
                    _timer.Change(free - now + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                    return;
                }

                Begin(_waiting.Dequeue(), now);
            }
        }
    }

    void Begin(Waiter waiter, TimeSpan now)
    {
        var pass = new Pass(this, now, _window.Take(now, waiter.Tokens));
        if (waiter.Source.TrySetResult(pass))
        {
            _running++;
        }
        else
        {
            _window.Correct(pass.Use, 0);
        }
    }

    /// <summary>A call that runs.</summary>
    public sealed class Pass(CallLimits limits, TimeSpan began, SlidingWindow.Use use) : IDisposable
    {
        bool _ended;

        public SlidingWindow.Use Use => use;

        public void Answered(long tokens)
        {
            lock (limits._gate)
            {
                limits._window.Correct(use, tokens);
                limits._allowed = Math.Min(limits._settings.Concurrency, limits._allowed + (1 / limits._allowed));
            }
        }

        public void Refused(TimeSpan holdUp)
        {
            lock (limits._gate)
            {
                var now = limits.Now;
                limits._heldUntil = now + holdUp > limits._heldUntil ? now + holdUp : limits._heldUntil;
                if (began > limits._halvedAt)
                {
                    limits._allowed = Math.Max(1, limits._allowed / 2);
                    limits._halvedAt = now;
                }
            }
        }

        public void Dispose()
        {
            lock (limits._gate)
            {
                if (_ended)
                {
                    return;
                }

                _ended = true;
                limits._running--;
            }

            limits.Admit();
        }
    }

    sealed class Waiter(long tokens)
    {
        public long Tokens => tokens;
        public TaskCompletionSource<Pass> Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
