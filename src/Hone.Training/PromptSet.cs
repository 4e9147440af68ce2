using Hone.Grading;
using Hone.Training.Data;

namespace Hone.Training;

/// <summary>A prompt ready to be sampled. <paramref name="Number"/> is its index in the file: random numbers are a function of it.</summary>
public sealed record PreparedPrompt(PromptRecord Record, int[] Tokens, uint Number)
{
    /// <summary>An answer to this prompt, wherever it comes from.</summary>
    public GradingItem Item(string id, string completion, bool truncated) => new(
        id,
        [.. Record.Messages.Select(turn => new GradingMessage(turn.Role, turn.Content) { Written = turn.Written })],
        completion,
        Record.Reference,
        Record.Metadata,
        truncated);

    /// <param name="rollout">A completion of this prompt.</param>
    /// <param name="count">Completions in its group.</param>
    /// <param name="maxTokens">The most tokens that it could have had.</param>
    /// <param name="occasion">Begins the item's id.</param>
    public GradingItem Item(Rollout rollout, int count, int maxTokens, string occasion) =>
        Item($"{occasion}/{Record.Id}/{rollout.Index}", rollout.Text, rollout.Stop == StopReason.MaxTokens) with
        {
            Group = $"{occasion}/{Record.Id}",
            GroupSize = count,
            Index = rollout.Index,
            CompletionTokens = rollout.Tokens.Length,
            MaxTokens = maxTokens,
        };
}

/// <summary>Prompts in the model's tokens. Those longer than the limit are dropped and counted.</summary>
/// <param name="Dropped">Ids of the prompts that were too long, with their lengths.</param>
public sealed record PromptSet(IReadOnlyList<PreparedPrompt> Prompts, IReadOnlyList<(string Id, int Tokens)> Dropped)
{
    public static PromptSet Prepare(
        LanguageModel model, IReadOnlyList<PromptRecord> records, int maxPromptLength, string? reasoningEffort)
    {
        List<PreparedPrompt> prompts = [];
        List<(string, int)> dropped = [];
        for (int i = 0; i < records.Count; i++)
        {
            int[] tokens = model.Encode(
                [.. records[i].Messages.Select(turn => turn.Message)], records[i].Inputs.Request(addGenerationPrompt: true, reasoningEffort));
            if (tokens.Length > maxPromptLength)
            {
                dropped.Add((records[i].Id, tokens.Length));
            }
            else
            {
                prompts.Add(new PreparedPrompt(records[i], tokens, (uint)i));
            }
        }

        return new PromptSet(prompts, dropped);
    }
}
