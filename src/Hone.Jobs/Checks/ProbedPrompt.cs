using Hone.Training;

namespace Hone.Jobs.Checks;

/// <summary>A prompt with answers of known worth: what is right, and what an honest but wrong answer looks like.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Right">The reference answer; null where the record has none.</param>
/// <param name="Wrong">Another prompt's reference answer, or without references what the model wrote to another prompt.</param>
/// <param name="Others">Answers of several prompts, this one's among them but neither first nor last; empty without references.</param>
sealed record ProbedPrompt(PreparedPrompt Prompt, string? Right, string Wrong, IReadOnlyList<string> Others)
{
    const int MostCandidates = 8;

    /// <summary>Characters that an answer can have.</summary>
    public int LongestAnswer { get; init; } = 4000;

    /// <summary>Those prompts for which an answer of known worth can be made.</summary>
    /// <param name="honest">An answer to each prompt that nobody tampered with, by the prompt's id.</param>
    public static IReadOnlyList<ProbedPrompt> Choose(IReadOnlyList<PreparedPrompt> prompts, IReadOnlyDictionary<string, string> honest) =>
        [.. prompts.Select((_, i) => Of(prompts, honest, i)).OfType<ProbedPrompt>()];

    static ProbedPrompt? Of(IReadOnlyList<PreparedPrompt> prompts, IReadOnlyDictionary<string, string> honest, int i)
    {
        var after = prompts.Skip(i + 1).Concat(prompts.Take(i)).ToArray();
        string? right = prompts[i].Record.Reference;
        if (right is null)
        {
            return after.Length == 0 ? null : new(prompts[i], null, honest[after[0].Record.Id], []);
        }

        string own = AnswerForm.ShortAnswer(right);
        string[] others = [.. after.Select(prompt => prompt.Record.Reference).OfType<string>().Where(other => AnswerForm.ShortAnswer(other) != own)];
        string[] candidates = [.. others.Select(AnswerForm.ShortAnswer).Distinct().Take(MostCandidates)];
        return others.Length == 0 ? null
            : new(prompts[i], right, others[0], [.. candidates.Take(candidates.Length / 2), own, .. candidates.Skip(candidates.Length / 2)]);
    }
}
