using Hone.Grading;
using Hone.Training;

namespace Hone.Jobs;

/// <summary>A row of the table kept: a rollout from its grade's arrival until a checkpoint makes it needless.</summary>
sealed class KeptRow
{
    public const string Insert =
        "INSERT OR REPLACE INTO kept(phase, step, prompt, position, policy, grader, text, tokens, logProbabilities, entropy, stop, grade) "
        + "VALUES (@Phase, @Step, @Prompt, @Position, @Policy, @Grader, @Text, @Tokens, @LogProbabilities, @Entropy, @Stop, @Grade)";

    public const string Select =
        "SELECT prompt, position, grader, text, tokens, logProbabilities, entropy, stop, grade FROM kept "
        + "WHERE phase = @Phase AND step = @Step AND policy = @Policy ORDER BY prompt, position";

    public const string SelectUnfinished =
        "SELECT phase, step, prompt, position, grader, text, tokens, logProbabilities, entropy, stop, grade FROM kept WHERE NOT EXISTS ("
        + "SELECT 1 FROM rollouts AS done WHERE done.prompt = kept.prompt AND done.step = kept.step AND done.position = kept.position "
        + "AND (done.phase = kept.phase OR kept.phase = 'step' AND done.phase IN (@Training, @Replaced))) ORDER BY step, prompt, position";

    public string Phase { get; init; } = "";
    public int Step { get; init; }
    public string Policy { get; init; } = "";

    /// <summary>Names the grader's settings.</summary>
    public required string Grader { get; init; }
    public required string Prompt { get; init; }
    public required int Position { get; init; }
    public required object Text { get; init; }
    public required byte[] Tokens { get; init; }
    public required byte[] LogProbabilities { get; init; }
    public required double Entropy { get; init; }
    public required string Stop { get; init; }
    public required object Grade { get; init; }

    public static KeptRow From(Occasion occasion, string grader, Rollout rollout, ColumnSeal seal)
    {
        var row = RolloutRow.From(occasion.Name, occasion.Step, rollout, seal);
        return new()
        {
            Phase = row.Phase,
            Step = row.Step,
            Policy = occasion.Policy,
            Grader = grader,
            Prompt = row.Prompt,
            Position = row.Position,
            Text = row.Text,
            Tokens = row.Tokens,
            LogProbabilities = row.LogProbabilities,
            Entropy = row.Entropy,
            Stop = row.Stop,
            Grade = row.Grade,
        };
    }

    public Rollout Rollout(string grader, ColumnSeal seal)
    {
        var rollout = RolloutRow.Rollout(seal, Prompt, Position, Text, Tokens, LogProbabilities, Entropy, Stop, Grade);
        return Grader == grader
            ? rollout
            : rollout with { Grade = new(rollout.Grade.Id, null, new Fault("grader", "another grader graded this completion."), "", []) };
    }
}
