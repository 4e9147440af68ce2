using Hone.Models;

namespace Hone.Training;

/// <summary>Some whole groups of a step as the loss and the decoder read them.</summary>
public sealed class PolicyMicroBatch
{
    public PolicyMicroBatch(IReadOnlyList<int[]> prompts, IReadOnlyList<Rollout> rollouts)
    {
        int G = rollouts.Count / prompts.Count;
        PackedGroup[] groups =
        [
            .. prompts.Select((prompt, g) =>
                new PackedGroup(prompt, [.. rollouts.Skip(g * G).Take(G).Select(rollout => rollout.Tokens)])),
        ];
        Batch = RowBatch.Pack(groups);
        LeafStarts = Batch.GroupStarts;
        (Rows, Targets) = PackedGroup.Predictions(groups);
        Offsets = new int[rollouts.Count + 1];
        for (int i = 0; i < rollouts.Count; i++)
        {
            Offsets[i + 1] = Offsets[i] + rollouts[i].Tokens.Length;
        }

        SampledLogProbabilities = [.. rollouts.SelectMany(rollout => rollout.LogProbabilities)];
        Advantages = [.. rollouts.Select(rollout => rollout.Advantage)];
        Truncated = [.. rollouts.Select(rollout => rollout.Stop == StopReason.MaxTokens)];
    }

    /// <summary>Some groups of a step, by index, ascending.</summary>
    /// <param name="G">Completions in each group.</param>
    /// <param name="firstLeaf">The group whose leaf is next in the gradient's trees; groups from there on that are left out get an empty one.</param>
    public static PolicyMicroBatch Of(IReadOnlyList<int[]> prompts, IReadOnlyList<Rollout> rollouts, int[] groups, int G, int firstLeaf)
    {
        var part = new PolicyMicroBatch(
            [.. groups.Select(g => prompts[g])], [.. groups.SelectMany(g => Enumerable.Range(g * G, G)).Select(i => rollouts[i])]);
        List<int> starts = [];
        for (int i = 0, leaf = firstLeaf; i < groups.Length; i++)
        {
            for (; leaf <= groups[i]; leaf++)
            {
                starts.Add(part.Batch.GroupStarts[i]);
            }
        }

        part.LeafStarts = [.. starts, part.Batch.Rows];
        return part;
    }

    public RowBatch Batch { get; }

    /// <summary>First row of each leaf of the gradient, and one past the last.</summary>
    public int[] LeafStarts { get; private set; }

    /// <summary>For each token of each completion, in order: the batch row that predicts it.</summary>
    public int[] Rows { get; }

    /// <summary>The tokens of all completions, one after another.</summary>
    public int[] Targets { get; }

    /// <summary>Completion i has the tokens Offsets[i] to Offsets[i + 1].</summary>
    public int[] Offsets { get; }

    /// <summary>ℓ of each token as the sampler reported it: the policy that wrote the batch, bit for bit.</summary>
    public float[] SampledLogProbabilities { get; }

    public double[] Advantages { get; }

    public bool[] Truncated { get; }
}
