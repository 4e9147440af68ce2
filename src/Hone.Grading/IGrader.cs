namespace Hone.Grading;

/// <summary>Scores a batch of completions.</summary>
/// <remarks>One grade per item, matched by id, in any order. What cannot be graded is a grade with a
/// <see cref="Fault"/>, never a score of 0. <see cref="GuardedGrader"/> holds a grader to this.</remarks>
public interface IGrader
{
    Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop);
}
