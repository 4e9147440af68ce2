using Hone.Jobs.Exploring;

namespace Hone.Jobs;

public sealed partial class RunReader
{
    /// <summary>A page of rollouts, found and ordered in the database.</summary>
    public RolloutPage Find(RolloutQuery query) => Query(() => RolloutSearch.Find(_connection, query));

    /// <summary>The rollout of that number, or null.</summary>
    public FoundRollout? FindRollout(long id) => Query(() => RolloutSearch.Find(_connection, id));

    /// <summary>How the rewards that were trained on are distributed, step by step, from 0 to 1 or to what went beyond.</summary>
    public RewardHistogram Histogram(int bins) => Query(() => RolloutSearch.Histogram(_connection, bins));

    /// <summary>Prompts of all sets, the first <paramref name="limit"/> whose id or text holds <paramref name="text"/>; null: any.</summary>
    public IReadOnlyList<RecordedPrompt> FindPrompts(string? text, int limit) => Query(() => RolloutSearch.Prompts(_connection, text, limit));
}
