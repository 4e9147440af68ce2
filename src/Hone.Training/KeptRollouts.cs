using Hone.Grading;

namespace Hone.Training;

/// <summary>Rollouts of an occasion that an earlier attempt finished. Faults are asked for again.</summary>
/// <param name="count">Completions of each prompt.</param>
/// <param name="wholeGroups">Grades count only where every completion of the prompt has one: they were compared with each other.</param>
sealed class KeptRollouts(IReadOnlyList<Rollout> kept, int count, bool wholeGroups)
{
    readonly ILookup<string, Rollout> _groups = kept.ToLookup(rollout => rollout.PromptId);

    /// <summary>All completions of a prompt in their order; null where one is missing.</summary>
    public Rollout[]? Group(string prompt)
    {
        Rollout[] group = [.. _groups[prompt].OrderBy(rollout => rollout.Index)];
        return group.Length == count ? group : null;
    }

    /// <summary>The grade of a completion with that very text; null where there is none.</summary>
    public Grade? GradeOf(string prompt, int index, string text)
    {
        if (wholeGroups && (Group(prompt) is not { } group || group.Any(rollout => rollout.Grade.Score is null)))
        {
            return null;
        }

        var same = _groups[prompt].FirstOrDefault(rollout => rollout.Index == index && rollout.Text == text);
        return same?.Grade is { Score: not null } grade ? grade : null;
    }
}
