namespace Hone.Grading;

/// <summary>A grader written in C#: one completion in, one grade out.</summary>
/// <remarks>
/// <para>The smallest whole file. A job names it as <c>{"kind":"csharp","file":"ShortAnswer.cs"}</c>:</para>
/// <code>
/// using Hone.Grading;
///
/// public sealed class ShortAnswer : IAnswerGrader
/// {
///     public Grade Grade(GradingItem item) =&gt;
///         item.Completion.Trim() != item.Reference ? item.Scored(0, $"expected {item.Reference}.")
///         : item.Completion.Length &gt; 40 ? item.Scored(0.5, "right, but long.")
///         : item.Scored(1, "right and short.");
/// }
/// </code>
/// <para>The class is public and has a constructor without parameters. One object grades all items that its process gets, one after another,
/// so it must not keep what it learnt from one item for the next. An exception is a fault (no score), never a 0; a bad answer is a 0.</para>
/// <para>A class that implements <see cref="IGrader"/> instead gets whole batches, also whole groups, and may wait for something.</para>
/// </remarks>
public interface IAnswerGrader
{
    /// <returns>Made by <see cref="GradingItem.Scored"/> or <see cref="GradingItem.Failed"/>.</returns>
    Grade Grade(GradingItem item);
}
