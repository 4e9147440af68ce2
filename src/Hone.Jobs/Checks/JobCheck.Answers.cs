using Hone.Grading;
using Hone.Training;
using Hone.Training.Data;

namespace Hone.Jobs.Checks;

/// <summary>What a model wrote to a prompt, wherever it was asked.</summary>
public sealed record ModelAnswer(string Text, int[] Tokens, float[] LogProbabilities, bool Truncated);

public static partial class JobCheck
{
    /// <summary>The prompts that a short check asks the model, spread over the file.</summary>
    public static IReadOnlyList<PromptRecord> PromptsToAsk(PlannedJob plan, int most) =>
        [.. Spread(plan.Data.Training, most).Select(prompt => prompt.Record)];

    /// <summary>What a job's data holds, in findings.</summary>
    public static IReadOnlyList<CheckFinding> OfData(PlannedJob plan) => [.. DataFindings(plan)];

    /// <summary>The reward's part and the base model's, with answers that another process gave.</summary>
    /// <param name="plan">The job.</param>
    /// <param name="grader">Held to its contract.</param>
    /// <param name="answers">The same number to each of <see cref="PromptsToAsk"/>, in its order.</param>
    /// <param name="stop">Ends the check.</param>
    public static async Task<CheckReport> OfAnswers(
        PlannedJob plan, IGrader grader, IReadOnlyList<IReadOnlyList<ModelAnswer>> answers, CancellationToken stop)
    {
        PreparedPrompt[] prompts = [.. Spread(plan.Data.Training, answers.Count)];
        int limit = plan.Job.HyperParameters.InferenceMaxTokens;
        var drafts = prompts.Zip(answers, (prompt, group) => group.Select((answer, index) => Draft(prompt, answer, index)).ToArray()).ToArray();
        GradingItem[] items = [.. prompts.Zip(drafts, (prompt, group) => group.Select(rollout => prompt.Item(rollout, group.Length, limit, "check"))).SelectMany(group => group)];
        var grades = (await grader.Grade(items, stop)).ToDictionary(grade => grade.Id);
        var graded = drafts.Zip(prompts, (group, prompt) => (IReadOnlyList<Rollout>)
            [.. group.Select(rollout => Graded(rollout, grades[$"check/{prompt.Record.Id}/{rollout.Index}"]))]);
        return Report(plan, grader, null, prompts, new BaseAnswers([.. graded], []), stop);
    }

    static Rollout Draft(PreparedPrompt prompt, ModelAnswer answer, int index) => new()
    {
        PromptId = prompt.Record.Id,
        Index = index,
        Tokens = answer.Tokens,
        LogProbabilities = answer.LogProbabilities,
        Entropy = 0,
        Text = answer.Text,
        Stop = answer.Truncated ? StopReason.MaxTokens : StopReason.EndOfSequence,
        Grade = new(prompt.Record.Id, null, null, "", []),
    };

    static Rollout Graded(Rollout rollout, Grade grade) => rollout with { Grade = grade, Reward = grade.Score };
}
