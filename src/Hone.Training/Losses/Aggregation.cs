using System.Text.Json.Serialization;

namespace Hone.Training.Losses;

/// <summary>What the sum over a completion's tokens is divided by; every count runs over the whole optimizer step.</summary>
public enum Aggregation
{
    /// <summary>Mean over completions of the mean over their tokens.</summary>
    Grpo,

    /// <summary>Mean over tokens. The batch is the step, so this is the same as <see cref="Dapo"/>.</summary>
    Bnpo,

    /// <summary>Completions times the longest length allowed: a constant, so that no length is favoured.</summary>
    [JsonStringEnumMemberName("dr_grpo")]
    DrGrpo,

    /// <summary>Mean over the tokens of the step.</summary>
    Dapo,

    /// <summary>Mean over completions of the sum over their tokens; meant for the sequence ratio.</summary>
    Luspo,

    /// <summary>Mean over prompts of the mean over the tokens of their completions.</summary>
    Prompt,
}

/// <summary>N of a completion: its part of the loss is Σ over its tokens / N.</summary>
static class Denominator
{
    public static double Of(Aggregation aggregation, StepTotals totals, PolicyCompletion completion)
    {
        double denominator = aggregation switch
        {
            Aggregation.Grpo => totals.Completions * completion.Tokens,
            Aggregation.DrGrpo => totals.Completions * totals.MaxCompletionLength,
            Aggregation.Luspo => totals.Completions,
            Aggregation.Bnpo or Aggregation.Dapo => totals.Tokens,
            Aggregation.Prompt => totals.Groups * completion.GroupTokens,
            _ => throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, "no such aggregation"),
        };
        return denominator > 0
            ? denominator
            : throw new ArgumentException(
                $"The step's totals give a denominator of {denominator} for a completion of {completion.Tokens} tokens; they need to count it.");
    }
}
