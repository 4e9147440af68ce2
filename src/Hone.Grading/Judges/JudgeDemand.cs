using Hone.Grading.Judges.Chat;

namespace Hone.Grading.Judges;

/// <summary>What a grader asks of a judge for the completions of one prompt, each question answered at the first try and none of them stored.</summary>
/// <param name="Judge">Which model, for people.</param>
/// <param name="Calls">Questions.</param>
/// <param name="InputTokens">Of one question, the mean of those that were put since the grader was made; null where none was.</param>
/// <param name="OutputTokens">Of one answer, in the same way.</param>
/// <param name="Price">Null where the settings name none.</param>
public sealed record JudgeDemand(string Judge, int Calls, double? InputTokens, double? OutputTokens, TokenPrice? Price, Budget Budget)
{
    public int? RequestsPerMinute { get; init; }

    /// <summary>What a batch waits for its answers at most.</summary>
    public TimeSpan BatchDeadline { get; init; }
}
