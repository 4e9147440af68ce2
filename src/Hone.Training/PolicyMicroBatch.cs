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
        GroupSize = G;
        Advantages = [.. rollouts.Select(rollout => rollout.Advantage)];
        TokenAdvantages = rollouts.Any(rollout => rollout.TokenAdvantages is not null) ? [.. rollouts.SelectMany(OfTokens)] : [];
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

    /// <summary>Completions in each group (G).</summary>
    public int GroupSize { get; }

    public double[] Advantages { get; }

    /// <summary>One for each token; empty when the tokens of a completion share theirs.</summary>
    public double[] TokenAdvantages { get; }

    public bool[] Truncated { get; }

    /// <summary>For each completion, the tokens that train in its whole group.</summary>
    public int[] GroupTokens(bool maskTruncated)
    {
        int[] tokens = [.. Truncated.Select((truncated, i) => maskTruncated && truncated ? 0 : Offsets[i + 1] - Offsets[i])];
        return [.. tokens.Select((_, i) => tokens[(i / GroupSize * GroupSize)..((i / GroupSize + 1) * GroupSize)].Sum())];
    }

    /// <summary>Numbers of the batch's tokens, cut into its completions.</summary>
    public IEnumerable<double[]> PerCompletion(double[] tokens) =>
        Enumerable.Range(0, Offsets.Length - 1).Select(i => tokens[Offsets[i]..Offsets[i + 1]]);

    static double[] OfTokens(Rollout rollout) =>
        rollout.TokenAdvantages ?? [.. Enumerable.Repeat(rollout.Advantage, rollout.Tokens.Length)];
}
