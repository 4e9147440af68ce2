using Hone.Jobs;
using Hone.Training;

namespace Hone.Tests.Jobs;

/// <summary>Small records for tests that need a run.</summary>
static class SampleRun
{
    public static JobSettings Settings(string name = "sums") => new()
    {
        Name = name,
        BaseModel = "/models/tiny",
        TrainingData = "/data/train.jsonl",
        ValidationShare = 0.1,
        Grader = Grades.Settings,
        Seed = 7,
    };

    // Records compare dictionaries by reference.
    public static IReadOnlyDictionary<string, int> NoFaults { get; } = new Dictionary<string, int>();

    public static StepMetrics Metrics(int step, double reward = 0.5) => new()
    {
        FaultKinds = NoFaults,
        Step = step,
        Epoch = 0,
        RewardMean = reward,
        RewardStd = 0.4,
        RewardMin = 0,
        RewardMax = 1,
        ScoreMean = reward,
        GroupsAllRight = 0.25,
        GroupsAllWrong = 0.25,
        GroupsMixed = 0.5,
        LengthMean = 20 + step % 3,
        LengthMax = 40,
        TruncatedShare = 0,
        Faults = 0,
        Entropy = 1.0 / (1 + step),
        GradientNorm = 0.3,
        Loss = 0.01,
        Kl = double.NaN,
        ClipShare = 0,
        SamplerTrainerDifference = 0,
        LearningRate = 1e-3,
        PromptTokens = 600,
        CompletionTokens = 2500,
        SamplingSeconds = 0.3,
        GradingSeconds = 0.01,
        TrainingSeconds = 0.4,
        StepSeconds = 0.72,
        MemoryMegabytes = 210,
    };

    public static Rollout Rollout(string prompt, int index, double? score, string text = "2 + 2 = 4\n#### 4") => new()
    {
        PromptId = prompt,
        Index = index,
        Tokens = [5, 6, 7 + index],
        LogProbabilities = [-0.5f, -0.25f, float.NegativeInfinity],
        Entropy = 0.7,
        Text = text,
        Stop = StopReason.EndOfSequence,
        Grade = score is { } value ? Grades.Scored(value) : Grades.Failed("the grader overran 5 s"),
        Reward = score,
        Advantage = index - 0.5,
    };

    /// <summary>Prompts p0, p1 … with one completion each.</summary>
    public static Evaluation Evaluation(string name, int step, params double?[] scores) =>
        new(name, step, [.. scores.Select((score, prompt) => Rollout($"p{prompt}", 0, score, $"{name} answer {prompt}"))], 1.5);

    public static TrainingCursor Cursor(int step, string? ended = null) =>
        new() { Step = step, Updates = step, BestValidation = 0.5, BestStep = step, Ended = ended };

    /// <summary>Steps from <paramref name="first"/> to before <paramref name="end"/>, a group of two completions each.</summary>
    public static void RecordSteps(RunFolder run, int first, int end)
    {
        for (int step = first; step < end; step++)
        {
            run.Step(Metrics(step), [Rollout("t" + step % 2, 0, 1), Rollout("t" + step % 2, 1, 0)], []);
        }
    }

    public static void Checkpoint(RunFolder run, int step, string content = "weights") =>
        run.Checkpoint(Cursor(step), folder => File.WriteAllText(Path.Combine(folder, "adapter.bin"), content + step));
}
