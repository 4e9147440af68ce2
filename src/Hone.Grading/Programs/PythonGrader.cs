using System.Text.Json;
using Hone.Grading.Lambda;
using Hone.Grading.Workers;

namespace Hone.Grading.Programs;

/// <summary>A Python function. Use it for what rules cannot say, and for reward functions that exist.</summary>
/// <remarks>
/// <para><c>{"kind":"python","file":"reward.py","handler":"lambda_handler"}</c>: an AWS reward function as it is, a list in and a list out
/// (<see cref="LambdaEvent"/>, <see cref="LambdaResult"/>). <c>batch</c> is the number of completions in one call, 1 unless said.</para>
/// <para><c>{"type":"python","source":"def grade(sample, item): …"}</c>: OpenAI's form, one completion in a call. <c>sample</c> has
/// <c>output_text</c>, <c>output_json</c>, <c>output_tools</c> and <c>choices</c>, <c>item</c> every key of the record.</para>
/// <para>Both take the limits of <see cref="WorkerLimits"/> and <c>python</c>, the interpreter.</para>
/// </remarks>
static class PythonGrader
{
    internal static WorkerGrader? Read(GraderForm form)
    {
        var limits = WorkerLimits.Read(form);
        string? interpreter = form.Command("python")?[0];
        if (form.Has("file") == form.Has("source"))
        {
            form.Problem($"{form.Path} needs file (a Python file with a reward function) or source (the text of one), and not both.");
            return null;
        }

        return form.Has("source") ? ReadSource(form, limits, interpreter) : ReadFile(form, limits, interpreter);
    }

    /// <summary>A grader of an AWS reward function in a file.</summary>
    public static WorkerGrader OfFile(
        string file, string handler, WorkerLimits limits, int batch = 1, ReferenceShape shape = ReferenceShape.AsWritten, string? interpreter = null,
        Containment? containment = null)
    {
        var program = new PythonProgram(Path.GetFileName(file), handler) { File = file, Interpreter = interpreter };
        var dialogue = new PythonDialogue((writer, item) => LambdaEvent.Write(writer, item, shape), batch);
        return new(dialogue, () => program.Worker(limits), limits, containment);
    }

    static WorkerGrader? ReadFile(GraderForm form, WorkerLimits limits, string? interpreter)
    {
        string? file = form.File("file", "a Python file");
        string handler = form.Text("handler") ?? "lambda_handler";
        int batch = form.Integer("batch", 1, 10_000) ?? 1;
        string shape = form.Choice(
            "reference", "asWritten",
            ("asWritten", "as the record has it"), ("object", "a text becomes {\"text\":…}, as OpenAI-compatible endpoints send it"));
        return file is null
            ? null
            : OfFile(file, handler, limits, batch, shape == "object" ? ReferenceShape.Object : ReferenceShape.AsWritten, interpreter);
    }

    static WorkerGrader ReadSource(GraderForm form, WorkerLimits limits, string? interpreter)
    {
        string source = form.RequiredText("source", "Python with a function grade(sample, item)");
        string name = form.Text("name") ?? "grade";

        // What OpenAI runs it on; here it runs on the interpreter of this machine.
        form.Text("image_tag");
        var program = new PythonProgram(name, "grade") { Source = source, TakesOne = true, Interpreter = interpreter };
        return new(new PythonDialogue(WriteSample, itemsPerCall: 1), () => program.Worker(limits), limits);
    }

    static void WriteSample(Utf8JsonWriter writer, GradingItem item)
    {
        writer.WriteStartObject();
        writer.WriteString("id", item.Id);
        writer.WritePropertyName("sample");
        OpenAiSample.WriteSample(writer, item);
        writer.WritePropertyName("item");
        OpenAiSample.WriteItem(writer, item);
        writer.WriteEndObject();
    }
}
