using Hone.Grading.Judges.Chat;

namespace Hone.Tests.Grading.Judges;

public class CallLimitsTests
{
    readonly ManualTime _time = new();

    [Fact]
    public async Task No_more_calls_run_at_once_than_allowed_and_they_begin_in_order()
    {
        using var limits = new CallLimits(new() { Concurrency = 2 }, _time);
        Task<CallLimits.Pass>[] calls = [.. Enumerable.Range(0, 4).Select(_ => limits.Enter(1, CancellationToken.None))];

        Assert.Equal([true, true, false, false], await States(calls));
        (await calls[1]).Dispose();
        (await calls[1]).Dispose();

        Assert.Equal([true, true, true, false], await States(calls));
    }

    [Fact]
    public async Task No_sixty_seconds_hold_more_calls_than_the_limit()
    {
        using var limits = new CallLimits(new() { Concurrency = 99, RequestsPerMinute = 3 }, _time);
        Task<CallLimits.Pass>[] calls = [.. Enumerable.Range(0, 2).Select(_ => limits.Enter(1, CancellationToken.None))];
        _time.Pass(30);
        calls = [.. calls, .. Enumerable.Range(0, 4).Select(_ => limits.Enter(1, CancellationToken.None))];

        Assert.Equal(3, (await States(calls)).Count(begun => begun));
        _time.Pass(29);
        Assert.Equal(3, (await States(calls)).Count(begun => begun));
        _time.Pass(2);
        Assert.Equal(5, (await States(calls)).Count(begun => begun));
        _time.Pass(30);
        Assert.Equal(6, (await States(calls)).Count(begun => begun));
    }

    [Fact]
    public async Task Tokens_count_as_estimated_and_then_as_they_were()
    {
        using var limits = new CallLimits(new() { Concurrency = 99, TokensPerMinute = 100 }, _time);
        var first = await limits.Enter(60, CancellationToken.None);
        var second = limits.Enter(60, CancellationToken.None);
        Assert.Equal([false], await States(second));

        first.Answered(10);
        first.Dispose();

        Assert.Equal([true], await States(second));
        var huge = limits.Enter(1000, CancellationToken.None);
        Assert.Equal([false], await States(huge));
        _time.Pass(61);
        Assert.Equal([true], await States(huge));
    }

    [Fact]
    public async Task A_refusal_halves_what_runs_at_once_and_holds_all_up_and_answers_let_it_grow()
    {
        using var limits = new CallLimits(new() { Concurrency = 8 }, _time);
        CallLimits.Pass[] passes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => limits.Enter(1, CancellationToken.None)));
        _time.Pass(1);
        passes[0].Refused(TimeSpan.FromSeconds(5));
        passes[1].Refused(TimeSpan.FromSeconds(3));
        Assert.Equal(4, limits.Allowed);
        Array.ForEach(passes, pass => pass.Dispose());

        var next = limits.Enter(1, CancellationToken.None);
        Assert.Equal([false], await States(next));
        _time.Pass(4);
        Assert.Equal([false], await States(next));
        _time.Pass(2);
        Assert.Equal([true], await States(next));
        for (int i = 0; i < 100; i++)
        {
            (await next).Answered(1);
        }

        Assert.Equal(8, limits.Allowed);
    }

    [Fact]
    public async Task Who_stops_waiting_takes_nobody_s_place()
    {
        using var limits = new CallLimits(new() { Concurrency = 1 }, _time);
        using var stop = new CancellationTokenSource();
        var running = await limits.Enter(1, CancellationToken.None);
        var stopped = limits.Enter(1, stop.Token);
        var waiting = limits.Enter(1, CancellationToken.None);

        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        running.Dispose();

        Assert.Equal([true], await States(waiting));
    }

    // Continuations run on other threads, so a moment is given to what may begin.
    static async Task<IEnumerable<bool>> States(params Task[] calls)
    {
        await Task.WhenAny(Task.WhenAll(calls), Task.Delay(250));
        return [.. calls.Select(call => call.IsCompleted)];
    }

    sealed class ManualTime : TimeProvider
    {
        readonly List<Timer> _timers = [];
        long _now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _now;

        public void Pass(int seconds)
        {
            _now += 1000L * seconds;
            _timers.ForEach(timer => timer.FireWhenDue());
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, callback);
            _timers.Add(timer);
            timer.Change(dueTime, period);
            return timer;
        }

        sealed class Timer(ManualTime time, TimerCallback callback) : ITimer
        {
            long? _due;

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                _due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + (long)dueTime.TotalMilliseconds;
                return true;
            }

            public void FireWhenDue()
            {
                if (_due <= time._now)
                {
                    _due = null;
                    callback(null);
                }
            }

            public void Dispose() => _due = null;

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
