using System.Text;
using Hone.Grading.Workers;

namespace Hone.Grading.CSharp;

/// <summary>What a C# grader wants to get.</summary>
/// <param name="TakesBatches">It is an <see cref="IGrader"/>; else it gets one item at a time.</param>
sealed record GraderDescription(bool TakesBatches, bool NeedsWholeGroups);

/// <summary>The process of a C# grader. It writes that it is ready, then for each line of items a line of grades, until there are no more. To be
/// renewed it loads the grader again, whose static fields are then as at first.</summary>
public static class GraderProcess
{
    /// <summary>A line that asks for the <see cref="GraderDescription"/>.</summary>
    internal const string Describe = "describe";

    /// <summary>Compiles a C# file into an assembly.</summary>
    /// <returns>What is wrong with the file, as sentences; empty where the assembly was written.</returns>
    public static IReadOnlyList<string> Compile(string file, string assembly) => CSharpCompiler.Compile(file, assembly);

    /// <param name="assembly">The compiled grader.</param>
    /// <param name="className">Null: the only one there is.</param>
    public static async Task<int> Run(string assembly, string? className)
    {
        using var questions = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false), false, 1 << 16);
        await using var answers = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16) { AutoFlush = true, NewLine = "\n" };

        // The streams carry the conversation; what the grader prints goes beside it.
        Console.SetIn(TextReader.Null);
        Console.SetOut(Console.Error);

        try
        {
            while (await Serve(GraderAssembly.Load(assembly, className), questions, answers).ConfigureAwait(false))
            {
            }
        }
        catch (Exception e) when (e is GraderAssemblyException or IOException or BadImageFormatException)
        {
            await answers.WriteLineAsync(e.Message.ReplaceLineEndings(" ")).ConfigureAwait(false);
            return 1;
        }

        return 0;
    }

    // True where another grader is to take over.
    static async Task<bool> Serve(IGrader grader, StreamReader questions, StreamWriter answers)
    {
        GradingJson.WarmUp();
        await answers.WriteLineAsync(WorkerProcess.ReadyRenewable).ConfigureAwait(false);
        while (await questions.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (line == WorkerProcess.RenewWord)
            {
                return true;
            }

            await answers.WriteLineAsync(await Answer(grader, line).ConfigureAwait(false)).ConfigureAwait(false);
        }

        await grader.DisposeAsync().ConfigureAwait(false);
        return false;
    }

    static async Task<string> Answer(IGrader grader, string line)
    {
        if (line == Describe)
        {
            return GradingJson.Write(new GraderDescription(grader is not GraderAssembly.OneByOne, grader.NeedsWholeGroups));
        }

        var items = GradingJson.Read<GradingItem[]>(line);
        try
        {
            return GradingJson.Write(await grader.Grade(items, CancellationToken.None).ConfigureAwait(false) ?? []);
        }
        catch (Exception e)
        {
            string failure = Failure.Of(e);
            return GradingJson.Write(items.Select(item => item.Failed(WorkerFault.Exception, failure)));
        }
    }
}
