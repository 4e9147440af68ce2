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
    /// <summary>As <see cref="ColumnSeal"/> stores it; so are tokens, fault, reason and grade.</summary>
    public required object Text { get; init; }

    /// <summary>Little-endian 32-bit integers.</summary>
    public required byte[] Tokens { get; init; }

    /// <summary>Little-endian 32-bit floats.</summary>
    public required byte[] LogProbabilities { get; init; }
    public required double Entropy { get; init; }
    public required string Stop { get; init; }
    public required double? Score { get; init; }
    public required double? Reward { get; init; }
    public required double Advantage { get; init; }
    public required object? Fault { get; init; }
    public required object? Reason { get; init; }
    public required object Grade { get; init; }

    public static RolloutRow From(string phase, int step, Rollout rollout, ColumnSeal seal) => new()
    {
        Phase = phase,
        Step = step,
        Prompt = rollout.PromptId,
        Position = rollout.Index,
        Text = seal.Seal(rollout.Text)!,
        Tokens = seal.Seal(MemoryMarshal.AsBytes<int>(rollout.Tokens).ToArray()),
        LogProbabilities = MemoryMarshal.AsBytes<float>(rollout.LogProbabilities).ToArray(),
        Entropy = rollout.Entropy,
        Stop = rollout.Stop.ToString(),
        Score = rollout.Grade.Score,
        Reward = rollout.Reward,
        Advantage = rollout.Advantage,
        Fault = seal.Seal(rollout.Grade.Fault?.ToString()),
        Reason = seal.Seal(rollout.Grade.Reason),
        Grade = seal.Seal(JsonSerializer.Serialize(rollout.Grade, JobJson.Line))!,
    };

    public RecordedRollout Recorded(ColumnSeal seal) => new(
        Phase, Step, Rollout(seal, Prompt, Position, Text, Tokens, LogProbabilities, Entropy, Stop, Grade) with { Reward = Reward, Advantage = Advantage });

    /// <summary>A rollout without reward and advantage.</summary>
    public static Rollout Rollout(
        ColumnSeal seal, string prompt, int position, object text, byte[] tokens, byte[] logProbabilities, double entropy, string stop, object grade) => new()
        {
            PromptId = prompt,
            Index = position,
            Text = seal.Text(text),
            Tokens = MemoryMarshal.Cast<byte, int>(seal.Bytes(tokens)).ToArray(),
            LogProbabilities = MemoryMarshal.Cast<byte, float>(logProbabilities).ToArray(),
            Entropy = entropy,
            Stop = Enum.Parse<StopReason>(stop),
            Grade = JsonSerializer.Deserialize<Grade>(seal.Text(grade), JobJson.Line)!,
        };
}
