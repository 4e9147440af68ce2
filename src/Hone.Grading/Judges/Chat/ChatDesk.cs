using System.Collections.Concurrent;

namespace Hone.Grading.Judges.Chat;

/// <summary>What came of a question: an answer in the right form, or a fault; and what it took.</summary>
/// <param name="FromStore">No call was made for it: it was stored, or the same question was on its way.</param>
public sealed record DeskAnswer(string? Text, Fault? Fault, bool FromStore, long InputTokens, long OutputTokens, double Cost)
{
    /// <summary>The same for somebody who asked beside.</summary>
    public DeskAnswer Shared() => this with { FromStore = true, InputTokens = 0, OutputTokens = 0, Cost = 0 };
}

/// <summary>How a desk asks.</summary>
public sealed record DeskSettings
{
    public LimitSettings Limits { get; init; } = new();
    public TokenPrice? Price { get; init; }
    public Budget Budget { get; init; } = new(null, null);

    /// <summary>Calls after the first that failed in passing. Refusals for asking too much do not count: the deadline ends them.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>Waiting before the first of them; it doubles each time.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest that one call may take.</summary>
    public TimeSpan CallDeadline { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>
/// Puts questions to a model: from the store where they were answered before, together where the same one is on its way, within the limits,
/// again after what passes, once more where the answer cannot be read.
/// </summary>
sealed class ChatDesk(IChatModel model, DeskSettings settings, AnswerCache? cache, TimeProvider clock, Action<string>? tell) : IAsyncDisposable
{
    static readonly TimeSpan _longestBackoff = TimeSpan.FromSeconds(30);

    readonly CallLimits _limits = new(settings.Limits, clock);
    readonly Spending _spending = new($"The judge {model.Id}", settings.Price, settings.Budget, tell);
    readonly ConcurrentDictionary<string, Task<DeskAnswer>> _onTheWay = new(StringComparer.Ordinal);
    readonly Lock _gate = new();
    (long Questions, long InputTokens, long OutputTokens) _taken;
    int _toldOfStore;
    volatile string? _lastFailure;

    /// <summary>Questions that were answered, and the tokens that they took, those stored from earlier among them.</summary>
    public (long Questions, long InputTokens, long OutputTokens) Taken
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>What went wrong last, in passing or for good. Null: nothing did.</summary>
    public string? LastFailure
    {
        get => _lastFailure;
        private set => _lastFailure = value;
    }

    /// <exception cref="OperationCanceledException">Stopped.</exception>
    /// <exception cref="GradingPausedException">The budget is spent.</exception>
    public async Task<DeskAnswer> Ask(ChatCall call, CancellationToken stop)
    {
        string key = CallKey.Of(model.Id, call);
        while (true)
        {
            if (Stored(key, call.Form) is { } stored)
            {
                return stored;
            }

            var mine = new TaskCompletionSource<DeskAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            var first = _onTheWay.GetOrAdd(key, mine.Task);
            if (first == mine.Task)
            {
                return await AskAsFirst(key, call, mine, stop).ConfigureAwait(false);
            }

            try
            {
                return (await first.WaitAsync(stop).ConfigureAwait(false)).Shared();
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // Whoever asked first was stopped, not we.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _limits.Dispose();
        cache?.Dispose();
        await model.DisposeAsync().ConfigureAwait(false);
    }

    DeskAnswer? Stored(string key, AnswerForm form)
    {
        if (cache?.Find(key) is not { } stored || AnswerReader.Read(form, stored.Text).Problem is not null)
        {
            return null;
        }

        Take(stored);
        return new(stored.Text, null, true, 0, 0, 0);
    }

    void Take(ChatReply reply)
    {
        lock (_gate)
        {
            _taken = (_taken.Questions + 1, _taken.InputTokens + reply.InputTokens, _taken.OutputTokens + reply.OutputTokens);
        }
    }

    async Task<DeskAnswer> AskAsFirst(string key, ChatCall call, TaskCompletionSource<DeskAnswer> waiting, CancellationToken stop)
    {
        try
        {
            // It may have been stored between the look into the store and the place among those on the way.
            var answer = Stored(key, call.Form) ?? await AskModel(key, call, stop).ConfigureAwait(false);
            waiting.SetResult(answer);
            return answer;
        }
        catch (OperationCanceledException)
        {
            waiting.SetCanceled(CancellationToken.None);
            throw;
        }
        catch (Exception e)
        {
            waiting.SetException(e);
            _ = waiting.Task.Exception; // Looked at: nobody else may be waiting.
            throw;
        }
        finally
        {
            _onTheWay.TryRemove(key, out _);
        }
    }

    async Task<DeskAnswer> AskModel(string key, ChatCall call, CancellationToken stop)
    {
        var so = new DeskAnswer(null, null, false, 0, 0, 0);
        try
        {
            (var reply, so) = await Count(call, so, stop).ConfigureAwait(false);
            string? problem = AnswerReader.Read(call.Form, reply.Text).Problem;
            if (problem is not null)
            {
                (reply, so) = await Count(call with { Failed = new(reply.Text, problem) }, so, stop).ConfigureAwait(false);
                problem = AnswerReader.Read(call.Form, reply.Text).Problem;
            }

            if (problem is not null)
            {
                return so with { Fault = new("parse", $"the judge's answer cannot be read, nor its second one: {problem}.") };
            }

            var whole = reply with { InputTokens = (int)so.InputTokens, OutputTokens = (int)so.OutputTokens };
            Take(whole);
            Store(key, whole);
            return so with { Text = reply.Text };
        }
        catch (ChatException e)
        {
            return so with { Fault = new(e.Boundary, e.Message) };
        }
    }

    // An answer that was paid for counts, also where it cannot be kept.
    void Store(string key, ChatReply reply)
    {
        try
        {
            cache?.Add(key, model.Id, reply);
        }
        catch (IOException e)
        {
            if (Interlocked.Exchange(ref _toldOfStore, 1) == 0)
            {
                tell?.Invoke($"Answers of the judge {model.Id} are not kept: {e.Message}");
            }
        }
    }

    async Task<(ChatReply, DeskAnswer)> Count(ChatCall call, DeskAnswer so, CancellationToken stop)
    {
        var reply = await AskUntilAnswered(call, stop).ConfigureAwait(false);
        return (reply, so with
        {
            InputTokens = so.InputTokens + reply.InputTokens,
            OutputTokens = so.OutputTokens + reply.OutputTokens,
            Cost = so.Cost + _spending.Add(reply),
        });
    }

    async Task<ChatReply> AskUntilAnswered(ChatCall call, CancellationToken stop)
    {
        for (int tries = 0, failures = 0; ; tries++)
        {
            var (reply, failure) = await AskOnce(call, tries, stop).ConfigureAwait(false);
            if (reply is not null)
            {
                return reply;
            }

            LastFailure = failure!.Message;
            if (failure.Instead is { } other)
            {
                call = other;
                continue;
            }

            failures += failure.IsThrottle ? 0 : 1;
            if (!failure.IsTransient || failures > settings.Retries)
            {
                throw failures < 2 ? failure : new ChatException(failure.Boundary, $"{failures} times, at last: {failure.Message}");
            }

            if (!failure.IsThrottle)
            {
                await Task.Delay(Wait(failures - 1, failure.RetryAfter), clock, stop).ConfigureAwait(false);
            }
        }
    }

    async Task<(ChatReply?, ChatException?)> AskOnce(ChatCall call, int tries, CancellationToken stop)
    {
        using var pass = await _limits.Enter(Estimate(call), stop).ConfigureAwait(false);

        // Asked only now: others may have spent the rest while this call waited.
        _spending.RequireRoom();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(settings.CallDeadline);
        try
        {
            var reply = await model.Ask(call, deadline.Token).ConfigureAwait(false);
            pass.Answered(reply.InputTokens + reply.OutputTokens);
            return (reply, null);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            string message = $"the judge did not answer within {settings.CallDeadline.TotalSeconds:0.###} s.";
            return (null, new ChatException("deadline", message, isTransient: true));
        }
        catch (ChatException e)
        {
            if (e.IsThrottle)
            {
                pass.Refused(Wait(tries, e.RetryAfter));
            }

            return (null, e);
        }
    }

    // As many for the answer as verdicts need.
    static long Estimate(ChatCall call) => call.EstimatedTokens + (64 * call.Form.Fields.Count);

    // What the model asks for; from the second failure on at least our own waiting, for some ask for none again and again.
    TimeSpan Wait(int attempt, TimeSpan? asked)
    {
        var own = asked is null ? OwnWait(attempt) : attempt > 0 ? OwnWait(attempt - 1) : TimeSpan.Zero;
        return asked > own ? asked.Value : own;
    }

    // When a call is made again changes no result, so that chance may spread them.
    TimeSpan OwnWait(int attempt)
    {
        double seconds = settings.Backoff.TotalSeconds * Math.Pow(2, Math.Min(attempt, 20)) * (0.5 + Random.Shared.NextDouble());
        return TimeSpan.FromSeconds(Math.Min(seconds, _longestBackoff.TotalSeconds));
    }
}
