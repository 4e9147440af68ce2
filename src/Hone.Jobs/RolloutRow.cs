using System.Runtime.InteropServices;
using System.Text.Json;
using Hone.Grading;
using Hone.Training;

namespace Hone.Jobs;

/// <summary>A row of the table rollouts. The grade is kept whole as JSON; score, fault and reason stand beside it for queries.</summary>
sealed class RolloutRow
{
    public const string Columns =
        "phase, step, prompt, position, text, tokens, logProbabilities, entropy, stop, score, reward, advantage, fault, reason, grade";

    public const string Insert =
        $"INSERT INTO rollouts({Columns}) VALUES (@Phase, @Step, @Prompt, @Position, @Text, @Tokens, @LogProbabilities, @Entropy, @Stop, "
        + "@Score, @Reward, @Advantage, @Fault, @Reason, @Grade)";

    public required string Phase { get; init; }
    public required int Step { get; init; }
    public required string Prompt { get; init; }
    public required int Position { get; init; }
    public required string Text { get; init; }

    /// <summary>Little-endian 32-bit integers.</summary>
    public required byte[] Tokens { get; init; }

    /// <summary>Little-endian 32-bit floats.</summary>
    public required byte[] LogProbabilities { get; init; }
    public required double Entropy { get; init; }
    public required string Stop { get; init; }
    public required double? Score { get; init; }
    public required double? Reward { get; init; }
    public required double Advantage { get; init; }
    public required string? Fault { get; init; }
    public required string? Reason { get; init; }
    public required string Grade { get; init; }

    public static RolloutRow From(string phase, int step, Rollout rollout) => new()
    {
        Phase = phase,
        Step = step,
        Prompt = rollout.PromptId,
        Position = rollout.Index,
        Text = rollout.Text,
        Tokens = MemoryMarshal.AsBytes<int>(rollout.Tokens).ToArray(),
        LogProbabilities = MemoryMarshal.AsBytes<float>(rollout.LogProbabilities).ToArray(),
        Entropy = rollout.Entropy,
        Stop = rollout.Stop.ToString(),
        Score = rollout.Grade.Score,
        Reward = rollout.Reward,
        Advantage = rollout.Advantage,
        Fault = rollout.Grade.Fault?.ToString(),
        Reason = rollout.Grade.Reason,
        Grade = JsonSerializer.Serialize(rollout.Grade, JobJson.Line),
    };

    public RecordedRollout Recorded() => new(
        Phase, Step, Rollout(Prompt, Position, Text, Tokens, LogProbabilities, Entropy, Stop, Grade) with { Reward = Reward, Advantage = Advantage });

    /// <summary>A rollout without reward and advantage.</summary>
    public static Rollout Rollout(
        string prompt, int position, string text, byte[] tokens, byte[] logProbabilities, double entropy, string stop, string grade) => new()
        {
            PromptId = prompt,
            Index = position,
            Text = text,
            Tokens = MemoryMarshal.Cast<byte, int>(tokens).ToArray(),
            LogProbabilities = MemoryMarshal.Cast<byte, float>(logProbabilities).ToArray(),
            Entropy = entropy,
            Stop = Enum.Parse<StopReason>(stop),
            Grade = JsonSerializer.Deserialize<Grade>(grade, JobJson.Line)!,
        };
}
