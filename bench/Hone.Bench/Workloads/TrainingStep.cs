using System.Diagnostics;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Models;
using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Optimizers;
using Hone.Training;
using Hone.Training.Losses;
using Hone.Training.Optimization;

namespace Hone.Bench.Workloads;

/// <summary>The shape of a step: groups of completions of one length behind prompts of one length.</summary>
/// <param name="Prompt">Tokens of each prompt, computed once for its group.</param>
/// <param name="GroupsPerMicroBatch">Groups that go forward and backward together.</param>
public sealed record StepShape(int Groups, int GroupSize, int Prompt, int Completion, int GroupsPerMicroBatch)
{
    /// <summary>Independent sequences: all tokens but the first are predicted.</summary>
    public static StepShape Sequences(int batch, int length) => new(batch, 1, 1, length - 1, batch);

    /// <summary>Tokens of a batch that repeats the prompt for each completion: what others compute.</summary>
    public long Tokens => (long)Groups * GroupSize * (Prompt + Completion);

    public JsonObject AddTo(JsonObject parameters)
    {
        parameters["groups"] = Groups;
        parameters["group_size"] = GroupSize;
        parameters["prompt"] = Prompt;
        parameters["completion"] = Completion;
        parameters["groups_per_micro_batch"] = GroupsPerMicroBatch;
        return parameters;
    }

    /// <summary>Rows that are computed: each prompt once, and no row for a completion's last token.</summary>
    public long Rows => (long)Groups * (Prompt + (GroupSize * (Completion - 1L)));
}

/// <summary>What trains, and what is kept for it.</summary>
/// <param name="CheckpointedLayers">First layers that keep no activations and compute them again.</param>
public sealed record AdapterSetup(int Rank, int CheckpointedLayers)
{
    public JsonObject AddTo(JsonObject parameters)
    {
        parameters["rank"] = Rank;
        parameters["checkpointed_layers"] = CheckpointedLayers;
        return parameters;
    }
}

/// <summary>A LoRA policy-gradient step on rollouts whose tokens are given: forward, backward and AdamW, each with its seconds.</summary>
public sealed class TrainingStep : IDisposable
{
    readonly Decoder _decoder;
    readonly StepShape _shape;
    readonly LoraAdapter _adapter;
    readonly ParameterOptimizer _optimizer;
    readonly Arena _arena;
    readonly int _checkpointedLayers;
    readonly PolicyLossSettings _loss = new();
    readonly int[][] _prompts;
    Rollout[] _rollouts;

    public TrainingStep(Decoder decoder, StepShape shape, AdapterSetup adapter)
    {
        (_decoder, _shape, _checkpointedLayers) = (decoder, shape, adapter.CheckpointedLayers);
        _arena = decoder.Device.NewArena();
        _adapter = LoraAdapter.Create(decoder, new AdapterConfig { Rank = adapter.Rank, Alpha = 2 * adapter.Rank }, seed: 1);
        _adapter.Train();
        decoder.Attach(_adapter);
        _optimizer = ParameterOptimizer.AdamW(decoder.Device, _adapter.Parameters, 1e-5f, new AdamWSettings());
        int vocabulary = decoder.Config.VocabularySize;
        _prompts = [.. Enumerable.Range(0, shape.Groups).Select(g => RandomTokens.Of(shape.Prompt, vocabulary, seed: g))];
        _rollouts = [.. Enumerable.Range(0, shape.Groups * shape.GroupSize)
            .Select(i => NewRollout(i, RandomTokens.Of(shape.Completion, vocabulary, 1000 + i), new float[shape.Completion]))];
    }

    public readonly record struct Seconds(double Forward, double Backward, double Optimizer);

    public IReadOnlyList<Parameter> Trained => _adapter.Parameters;

    public long ArenaBytes => _arena.Bytes;

    public IReadOnlyList<int[]> Prompts => _prompts;

    /// <summary>Told when a part begins: <c>forward</c>, <c>backward</c>, <c>optimizer</c>.</summary>
    public Action<string>? Phase { get; set; }

    /// <summary>Takes the completions that were sampled, group after group.</summary>
    public void Take(IReadOnlyList<(int[] Tokens, float[] LogProbabilities)> completions) =>
        _rollouts = [.. completions.Select((completion, i) => NewRollout(i, completion.Tokens, completion.LogProbabilities))];

    /// <summary>Lets the policy that is trained be the one that wrote the completions, as at a batch's first update.</summary>
    public void ScoreRollouts()
    {
        foreach (int[] groups in MicroBatches())
        {
            _arena.Reset();
            var part = Part(groups);
            double[] found = new PolicyPass(_decoder, _arena, part, 1f, [], records: false).LogProbabilities;
            int first = groups[0] * _shape.GroupSize;
            for (int i = 0; i + 1 < part.Offsets.Length; i++)
            {
                float[] logProbabilities = Array.ConvertAll(found[part.Offsets[i]..part.Offsets[i + 1]], value => (float)value);
                _rollouts[first + i] = _rollouts[first + i] with { LogProbabilities = logProbabilities };
            }
        }
    }

    public Seconds Run()
    {
        var totals = StepTotals.Of(_loss, _shape.Completion, [.. _rollouts.Select(rollout => rollout.Tokens.Length)], []);
        long forward = 0, backward = 0;
        foreach (int[] groups in MicroBatches())
        {
            var part = Part(groups);
            long start = Stopwatch.GetTimestamp();
            Phase?.Invoke("forward");
            _arena.Reset();
            var pass = new PolicyPass(_decoder, _arena, part, 1f, [], records: true, _checkpointedLayers);
            long middle = Stopwatch.GetTimestamp();
            Phase?.Invoke("backward");
            pass.Finish(_loss, totals, new CompletionSums[groups.Length * _shape.GroupSize]);
            forward += middle - start;
            backward += Stopwatch.GetTimestamp() - middle;
        }

        long update = Stopwatch.GetTimestamp();
        Phase?.Invoke("optimizer");
        _optimizer.Step(1f, 1.0);
        return new(
            (double)forward / Stopwatch.Frequency, (double)backward / Stopwatch.Frequency, Stopwatch.GetElapsedTime(update).TotalSeconds);
    }

    public void Dispose()
    {
        _decoder.Attach(null);
        _adapter.Dispose();
        _arena.Dispose();
    }

    IEnumerable<int[]> MicroBatches() => Enumerable.Range(0, _shape.Groups).Chunk(_shape.GroupsPerMicroBatch);

    PolicyMicroBatch Part(int[] groups) => PolicyMicroBatch.Of(_prompts, _rollouts, groups, _shape.GroupSize, firstLeaf: groups[0]);

    // Advantages of both signs, none of them 0: every completion goes backward.
    static Rollout NewRollout(int index, int[] tokens, float[] logProbabilities) => new()
    {
        PromptId = "random",
        Index = index,
        Tokens = tokens,
        LogProbabilities = logProbabilities,
        Entropy = 0,
        Text = "",
        Stop = StopReason.MaxTokens,
        Grade = new Grade("random", 0, null, "", []),
        Advantage = index % 2 == 0 ? 1 : -1,
    };
}
