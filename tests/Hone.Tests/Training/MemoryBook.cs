using Hone.Training;

namespace Hone.Tests.Training;

/// <summary>Keeps rollouts in memory.</summary>
sealed class MemoryBook : IRolloutBook
{
    readonly Dictionary<(Occasion Occasion, string Prompt, int Index), Rollout> _rollouts = [];

    public IReadOnlyList<Rollout> Find(Occasion occasion)
    {
        lock (_rollouts)
        {
            return [.. _rollouts.Where(kept => kept.Key.Occasion == occasion).Select(kept => kept.Value)];
        }
    }

    public void Keep(Occasion occasion, IReadOnlyList<Rollout> rollouts)
    {
        lock (_rollouts)
        {
            foreach (var rollout in rollouts)
            {
                _rollouts[(occasion, rollout.PromptId, rollout.Index)] = rollout;
            }
        }
    }

    /// <summary>Puts other rollouts in the place of those of an occasion, whatever weights they are of.</summary>
    public void Change(Occasion occasion, Func<Rollout, Rollout> change)
    {
        foreach (var key in _rollouts.Keys.Where(key => key.Occasion with { Policy = "" } == occasion).ToArray())
        {
            _rollouts[key] = change(_rollouts[key]);
        }
    }
}
