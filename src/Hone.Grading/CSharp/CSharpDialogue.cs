using System.Text.Json;
using Hone.Grading.Workers;

namespace Hone.Grading.CSharp;

/// <summary>Items and grades as <see cref="GraderProcess"/> reads and writes them.</summary>
sealed class CSharpDialogue : WorkerDialogue
{
    public override string Ask(IReadOnlyList<GradingItem> items) => GradingJson.Write(items);

    public override bool IsAnswer(string line) => line.StartsWith('[');

    public override WorkerAnswer Read(string line, IReadOnlyList<GradingItem> items)
    {
        try
        {
            var grades = GradingJson.Read<Grade?[]>(line).ToLookup(grade => grade?.Id);
            return new([.. items.Select(item => Check(item, [.. grades[item.Id]]))]);
        }
        catch (JsonException)
        {
            return new(
                [.. items.Select(item => item.Failed(WorkerFault.Answer, "its grades cannot be read: it wrote to the standard output itself."))],
                Leftover.Processes);
        }
    }

    static Grade Check(GradingItem item, Grade?[] grades) => grades switch
    {
        [{ Score: { } score, Fault: null }] when !double.IsFinite(score) => item.Failed(WorkerFault.Answer, $"the score is {score}; it has to be a finite number."),
        [{ } grade] when grade.Score is null != grade.Fault is null => grade,
        [{ }] => item.Failed(WorkerFault.Answer, "a grade needs a score or a fault, and not both."),
        [] => item.Failed(WorkerFault.Answer, "it was not graded."),
        _ => item.Failed(WorkerFault.Answer, $"there are {grades.Length} grades for it."),
    };
}
