using Hone.Grading;
using Hone.Models.Generation;

namespace Hone.Training;

/// <summary>A completion that waits for its grade.</summary>
sealed class RolloutDraft
{
    readonly Rollout _rollout;

    RolloutDraft(Rollout rollout, GradingItem item) => (_rollout, Item) = (rollout, item);

    public GradingItem Item { get; }

    /// <summary>A completion that was sampled just now.</summary>
    public static RolloutDraft Of(LanguageModel model, PreparedPrompt prompt, int index, RolloutSampler.Settings settings, Completion completion, Occasion occasion)
    {
        var rollout = new Rollout
        {
            PromptId = prompt.Record.Id,
            Index = index,
            Tokens = completion.Tokens,
            LogProbabilities = completion.LogProbabilities,
            Entropy = completion.Entropies.Average(),
            Text = model.Decode(completion.Tokens),
            Stop = completion.End switch
            {
                CompletionEnd.EndToken => StopReason.EndOfSequence,
                CompletionEnd.MaxTokens => StopReason.MaxTokens,
                _ => StopReason.StopText,
            },
            Grade = NotYet,
        };
        return Of(rollout, prompt, settings, occasion);
    }

    /// <summary>A completion that was sampled before.</summary>
    public static RolloutDraft Of(Rollout rollout, PreparedPrompt prompt, RolloutSampler.Settings settings, Occasion occasion) =>
        new(rollout, prompt.Item(rollout, settings.Count, settings.MaxTokens, occasion.ToString()));

    public Rollout With(Grade grade) => _rollout with { Grade = grade, Reward = grade.Score };

    static Grade NotYet { get; } = new("", null, null, "", []);
}
