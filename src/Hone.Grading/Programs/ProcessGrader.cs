using System.Buffers;
using System.Text;
using System.Text.Json;
using Hone.Grading.Lambda;
using Hone.Grading.Workers;

namespace Hone.Grading.Programs;

/// <summary>A program in any language that speaks JSON lines: one completion in a line, one result in a line.</summary>
/// <remarks>
/// <para><c>{"kind":"process","command":["node","grader.js"]}</c>, run in the folder of the job. A line is one object of a
/// <see cref="LambdaEvent"/>; the answer is one object of a <see cref="LambdaResult"/> with the same id, written and flushed before the next
/// line comes. Lines that do not begin with <c>{</c> or <c>[</c> are passed over.</para>
/// <para>Use it for reward functions that are not Python. The program stays and is asked again until its input ends.</para>
/// </remarks>
static class ProcessGrader
{
    internal static WorkerGrader? Read(GraderForm form)
    {
        var limits = WorkerLimits.Read(form);
        if (!form.Has("command"))
        {
            form.Problem($"{form.Path}.command is missing; it needs to be a program and its arguments, such as [\"node\",\"grader.js\"].");
        }

        return form.Command("command") is { } command ? Of(command, Folder(command) ?? form.Context.Folder, limits) : null;
    }

    // The folder of the script that the command names; the settings of a run that was moved name it too.
    static string? Folder(IReadOnlyList<string> command) =>
        (command.Skip(1).FirstOrDefault(IsFile) ?? command.FirstOrDefault(IsFile)) is { } script ? Path.GetDirectoryName(script) : null;

    static bool IsFile(string word) => Path.IsPathRooted(word) && File.Exists(word);

    public static WorkerGrader Of(IReadOnlyList<string> command, string folder, WorkerLimits limits, Containment? containment = null)
    {
        var program = new WorkerProgram(command[0], [.. command.Skip(1)], folder)
        {
            Folders = [.. command.Take(1).Where(IsFile).Select(file => Path.GetDirectoryName(file)!)],
            Files = [.. command.Where(IsFile)],
        };
        return new(new LineDialogue(), () => program, limits, containment);
    }

    sealed class LineDialogue : WorkerDialogue
    {
        public override string Ask(IReadOnlyList<GradingItem> items)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                LambdaEvent.Write(writer, items[0]);
            }

            return Encoding.UTF8.GetString(buffer.WrittenSpan);
        }

        public override bool IsAnswer(string line) => line.AsSpan().TrimStart() is ['{' or '[', ..];

        public override WorkerAnswer Read(string line, IReadOnlyList<GradingItem> items) =>
            new(LambdaResult.Read(line, items, WorkerFault.Answer));
    }
}
