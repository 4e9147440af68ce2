using System.Collections.Concurrent;
using Hone.Server.Accounts;

namespace Hone.Server.Inference;

/// <summary>Holds each account to its share of the engine, so that others get through.</summary>
sealed class InferenceTurns(ServerSettings settings)
{
    readonly ConcurrentDictionary<string, int> _running = new(StringComparer.Ordinal);

    /// <summary>Requests of one account at the same time: all that the engine writes side by side, and three quarters of those that may wait.</summary>
    public int Most { get; } = settings.Batch + (settings.Waiting * 3 / 4);

    /// <summary>Dispose to give the turn back.</summary>
    /// <exception cref="ApiProblem">The account has as many as it may.</exception>
    public IDisposable Take(Caller caller)
    {
        int running = _running.AddOrUpdate(caller.Account, 1, (_, count) => count + 1);
        var turn = new Turn(this, caller.Account);
        if (running <= Most)
        {
            return turn;
        }

        turn.Dispose();
        throw new ApiProblem(ProblemKind.TooMany, $"{Most} requests of this account are being answered; wait for one to end.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
    }

    sealed class Turn(InferenceTurns turns, string account) : IDisposable
    {
        bool _given;

        public void Dispose()
        {
            if (!_given)
            {
                _given = true;
                turns._running.AddOrUpdate(account, 0, (_, count) => count - 1);
            }
        }
    }
}
