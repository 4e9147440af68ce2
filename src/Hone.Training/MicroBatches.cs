using Hone.Models;

namespace Hone.Training;

/// <summary>Cuts the groups of a step into those that travel together. Where the cuts are leaves no trace in a result.</summary>
static class MicroBatches
{
    /// <summary>Neighbours together, up to the settings' groups and rows.</summary>
    /// <param name="groups">Groups of the step, by index.</param>
    public static IEnumerable<int[]> Of(
        IReadOnlyList<int[]> prompts, IReadOnlyList<Rollout> rollouts, int[] groups, TrainingSettings settings)
    {
        int G = rollouts.Count / prompts.Count;
        List<int> together = [];
        long rows = 0;
        foreach (int group in groups)
        {
            long more = prompts[group].Length + Enumerable.Range(group * G, G).Sum(i => (long)PackedGroup.RowsOf(rollouts[i].Tokens));
            if (together.Count > 0 && (together.Count == settings.GroupsPerMicroBatch || rows + more > settings.RowsPerMicroBatch))
            {
                yield return [.. together];
                together.Clear();
                rows = 0;
            }

            together.Add(group);
            rows += more;
        }

        if (together.Count > 0)
        {
            yield return [.. together];
        }
    }
}
