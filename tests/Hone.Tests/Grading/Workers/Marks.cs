using System.Text;
using Hone.Grading.Workers;

namespace Hone.Tests.Grading.Workers;

/// <summary>Processes of workers, by what stands in their environment.</summary>
static class Marks
{
    /// <summary>Those of the workers of this process.</summary>
    public static IReadOnlyList<int> Living() => [.. ProcessStatus.All().Where(id => id != Environment.ProcessId && Has(id, WorkerProcess.OwnMarks))];

    static bool Has(int id, string mark)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{id}/environ").AsSpan().IndexOf(Encoding.UTF8.GetBytes(mark)) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
