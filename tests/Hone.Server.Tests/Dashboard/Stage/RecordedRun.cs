using System.Runtime.CompilerServices;
using Hone.Grading;
using Hone.Jobs;
using Hone.Text;
using Hone.Training;

namespace Hone.Server.Tests.Dashboard.Stage;

/// <summary>A run as training would have recorded it: sums that are got right more and more often. The same seed writes the same run.</summary>
sealed class RecordedRun(string folder, ulong seed = 1, float learningRate = 2e-4f)
{
    public const int Prompts = 8, Answers = 8, TestPrompts = 60;

    readonly Random _random = new((int)seed);

    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    public static string Model { get; } = Path.Combine(Root, "models", "arithmetic");

    static readonly Tokenizer _tokenizer = Tokenizer.Load(Model);

    public JobSettings Settings { get; } = new()
    {
        Name = "sums",
        BaseModel = Model,
        TrainingData = "/data/train.jsonl",
        TestData = "/data/test.jsonl",
        ValidationShare = 0.1,
        Grader = GraderSettings.FinalNumber,
        Seed = seed,
        HyperParameters = new() { BatchSize = Prompts, TrainingSamplePerPrompt = Answers, LearningRate = learningRate, InferenceMaxTokens = 48 },
    };

    /// <summary>The whole run: base, steps with a validation every tenth, tuned.</summary>
    public static RecordedRun Whole(string path, int steps, ulong seed = 1, float learningRate = 2e-4f)
    {
        var run = new RecordedRun(path, seed, learningRate);
        using var recorded = run.Begin();
        for (int step = 0; step < steps; step++)
        {
            run.Step(recorded, step, steps);
        }

        recorded.Checkpoint(new() { Step = steps, Updates = steps, BestValidation = 0.9, BestStep = steps, Ended = "steps" }, at => File.WriteAllText(Path.Combine(at, "adapter.bin"), "weights"));
        recorded.Evaluation(run.Evaluation("tuned", steps, TestPrompts, 0.87));
        return run;
    }

    public RunFolder Begin()
    {
        var run = RunFolder.Create(folder, Settings);
        run.Prompts(Enumerable.Range(0, 40).Select(i => Prompt($"train-{i:D3}", i, "training"))
            .Concat(Enumerable.Range(0, TestPrompts).Select(i => Prompt($"test-{i:D3}", 100 + i, "test")))
            .Concat(Enumerable.Range(0, 20).Select(i => Prompt($"validation-{i:D3}", 200 + i, "validation"))));
        run.Evaluation(Evaluation("base", 0, TestPrompts, 0.35));
        return run;
    }

    public void Step(RunFolder run, int step, int steps)
    {
        double skill = 0.35 + 0.55 * (1 - Math.Exp(-3.0 * step / steps));
        if (step % 10 == 0)
        {
            run.Evaluation(Evaluation("validation", step, 20, skill));
        }

        var rollouts = Enumerable.Range(0, Prompts).SelectMany(p => Group($"train-{(step * Prompts + p) % 40:D3}", (step * Prompts + p) % 40, skill, step, Answers)).ToArray();
        run.Step(Metrics(step, steps, rollouts), rollouts, []);
    }

    static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../../.."));

    static (string, string, string?, string) Prompt(string id, int number, string set) => (id, $"user: {Question(number)}", $"{Sum(number)}", set);

    static string Question(int number) => $"Tom has {number + 7} apples and buys {3 * number + 5} more. How many apples does he have?";

    static int Sum(int number) => 4 * number + 12;

    Evaluation Evaluation(string name, int step, int count, double skill)
    {
        var (set, first) = name == "validation" ? ("validation", 200) : ("test", 100);
        return new(name, step, [.. Enumerable.Range(0, count).SelectMany(i => Group($"{set}-{i:D3}", first + i, skill, -1, 1))], 1.7);
    }

    Rollout[] Group(string id, int number, double skill, int step, int answers)
    {
        double[] scores = [.. Enumerable.Range(0, answers).Select(_ => _random.NextDouble() < skill ? 1.0 : 0.0)];
        double mean = scores.Average();
        return [.. scores.Select((score, index) => Rollout(id, number, index, score, mean, step >= 0 && _random.Next(90) == 0, skill))];
    }

    Rollout Rollout(string id, int number, int index, double score, double mean, bool isFault, double skill)
    {
        int sum = score == 1 ? Sum(number) : Sum(number) + 1 + _random.Next(9);
        string text = skill < 0.5 && _random.Next(3) == 0 ? $"#### {sum}" : $"{number + 7} + {3 * number + 5} = {sum}\n#### {sum}";
        int[] tokens = _tokenizer.Encode(text);
        string reason = score == 1 ? $"{sum} is right." : $"{sum} is wrong, {Sum(number)} was expected.";
        return new()
        {
            PromptId = id,
            Index = index,
            Tokens = tokens,
            LogProbabilities = [.. tokens.Select(_ => (float)(Math.Log(1 - 0.9 * Math.Pow(_random.NextDouble(), 2 + 4 * skill))))],
            Entropy = 0.9 - 0.6 * skill,
            Text = text,
            Stop = _random.Next(40) == 0 ? StopReason.MaxTokens : StopReason.EndOfSequence,
            Grade = isFault
                ? new(id, null, new Fault("deadline", "the grader took longer than 5 s."), "No score. deadline: the grader took longer than 5 s.", [])
                : new(id, score, null, reason, [new("answered", 1, MetricType.Metric)]),
            Reward = isFault ? null : score,
            Advantage = isFault ? 0 : score - mean,
        };
    }

    StepMetrics Metrics(int step, int steps, Rollout[] rollouts)
    {
        double[] rewards = [.. rollouts.Select(rollout => rollout.Reward).OfType<double>()];
        double mean = rewards.Average(), done = (double)step / steps;
        var groups = rollouts.GroupBy(rollout => rollout.PromptId).Select(group => group.Select(one => one.Reward).OfType<double>().Distinct().ToArray()).ToArray();
        int faults = rollouts.Count(rollout => rollout.Grade.Score is null);
        return new()
        {
            Step = step,
            Epoch = 0,
            RewardMean = mean,
            RewardStd = Math.Sqrt(rewards.Average(one => (one - mean) * (one - mean))),
            RewardMin = rewards.Min(),
            RewardMax = rewards.Max(),
            ScoreMean = mean,
            GroupsAllRight = groups.Count(group => group is [1.0]) / (double)Prompts,
            GroupsAllWrong = groups.Count(group => group is [0.0]) / (double)Prompts,
            GroupsMixed = groups.Count(group => group.Length > 1) / (double)Prompts,
            LengthMean = rollouts.Average(rollout => (double)rollout.Tokens.Length),
            LengthMax = rollouts.Max(rollout => rollout.Tokens.Length),
            TruncatedShare = rollouts.Average(rollout => rollout.Stop == StopReason.MaxTokens ? 1.0 : 0),
            Faults = faults,
            FaultKinds = faults == 0 ? new Dictionary<string, int>() : new() { ["deadline"] = faults },
            Entropy = 0.75 - 0.35 * done + 0.03 * _random.NextDouble(),
            GradientNorm = 0.25 + 0.1 * _random.NextDouble(),
            Loss = 0.01,
            Kl = 0.08 * done * (0.8 + 0.4 * _random.NextDouble()),
            ClipShare = 0,
            SamplerTrainerDifference = 0,
            LearningRate = 2e-4,
            PromptTokens = 540,
            CompletionTokens = rollouts.Sum(rollout => rollout.Tokens.Length),
            SamplingSeconds = 0.12 + 0.03 * _random.NextDouble(),
            GradingSeconds = 0.01 + 0.02 * _random.NextDouble(),
            TrainingSeconds = 0.2 + 0.03 * _random.NextDouble(),
            StepSeconds = 0.42,
            MemoryMegabytes = 210,
            Rewards = rewards.Length,
        };
    }
}
