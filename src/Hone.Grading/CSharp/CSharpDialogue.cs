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
            return new(GradingJson.Read<Grade[]>(line));
        }
        catch (JsonException)
        {
            return new([.. items.Select(item => item.Failed(WorkerFault.Answer, "its grades cannot be read: it wrote to the standard output itself."))], Clean: false);
        }
    }
}
