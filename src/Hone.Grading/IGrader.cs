using Hone.Grading.Judges;

namespace Hone.Grading;

/// <summary>Scores a batch of completions.</summary>
/// <remarks>One grade per item, matched by id, in any order. What cannot be graded is a grade with a
/// <see cref="Fault"/>, never a score of 0. <see cref="GuardedGrader"/> holds a grader to this. A grader that holds
/// processes, connections or files lets them go when it is disposed; whoever combines graders disposes its parts. Calls overlap: a
/// batch may come while earlier ones are still being graded, and what a batch holds beside a group must not change its grades.</remarks>
public interface IGrader : IAsyncDisposable
{
    /// <summary>It compares the completions of a group, so a batch has to hold whole groups.</summary>
    bool NeedsWholeGroups => false;

    /// <summary>What a person should know before the run, in sentences: what contains the code, which service is asked.</summary>
    IEnumerable<string> Notes => [];

    /// <summary>The longest that a batch may take by the grader's own settings; 0 where they do not say.</summary>
    TimeSpan Patience(int items) => TimeSpan.Zero;

    /// <summary>What it asks of judges for so many completions of one prompt.</summary>
    IEnumerable<JudgeDemand> JudgeDemands(int completions) => [];

    Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop);

#pragma warning disable CA1816 // A default for graders that hold nothing: there is no finalizer to suppress.
    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;
#pragma warning restore CA1816
}
