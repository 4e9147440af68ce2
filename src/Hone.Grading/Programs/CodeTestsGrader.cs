using System.Text.Json;
using Hone.Grading.Workers;

namespace Hone.Grading.Programs;

/// <summary>Share of a record's tests that the Python program in the answer passes; with <c>"score":"all"</c>, 1 where it passes all.</summary>
/// <remarks>
/// <para><c>{"kind":"codeTests"}</c>. The tests are the record's (<see cref="CodeTests"/>; <c>tests</c> names another key), the program is
/// the last fenced block of the answer (<see cref="FencedCode"/>). Every test runs in a process of its own, <c>testSeconds</c> (5) long at most.</para>
/// <para>What a call returns and what a program prints is compared outside of the tested process, so no program can say that it passed. An
/// assertion runs beside the program: prefer the other forms where a model could learn to cheat. A program that ends its worker scores 0.
/// A record without tests is a fault.</para>
/// </remarks>
static class CodeTestsGrader
{
    const double TestSeconds = 5;
    const double CallSeconds = 60;

    // Beyond the time of the tests themselves, so that the worker is still there to say how many passed.
    const double Reserve = 5;

    internal static WorkerGrader? Read(GraderForm form)
    {
        var limits = WorkerLimits.Read(form);
        limits = form.Has("callSeconds") ? limits : limits with { CallSeconds = CallSeconds };
        string score = form.Choice("score", "share", ("share", "the share of tests that pass"), ("all", "1 where all pass, else 0"));
        double testSeconds = form.Number("testSeconds", 0.05, 600) ?? TestSeconds;
        return Of(limits, form.Text("tests"), score == "all", testSeconds, form.Command("python")?[0]);
    }

    /// <param name="tests">The record's key; null to look for it.</param>
    /// <param name="all">The score is 1 or 0.</param>
    public static WorkerGrader Of(
        WorkerLimits limits, string? tests, bool all, double testSeconds, string? interpreter = null, Containment? containment = null)
    {
        var program = new PythonProgram("codeTests", "grade")
        {
            Source = PythonProgram.Embedded("Programs.code_tests.py"),
            Interpreter = interpreter,
        };
        var held = limits with { CallSeconds = limits.CallSeconds + Reserve };
        return new(new Dialogue(tests, all, testSeconds, limits.CallSeconds), () => program.Worker(held), held, containment);
    }

    sealed class Dialogue(string? tests, bool all, double testSeconds, double seconds)
        : PythonDialogue((writer, item) => Write(writer, item, tests, all, testSeconds, seconds), itemsPerCall: 1)
    {
        public override Grade? WithoutWorker(GradingItem item) =>
            CodeTests.Of(item, tests) is null ? item.Failed("reference", $"the record has no tests that can be read in {tests ?? "tests"}.")
                : FencedCode.Find(item.Completion, "python", "py", "python3") is null ? item.Scored(0, "There is no Python in the answer.")
                : null;

        public override Grade Settle(GradingItem item, Grade fault) => fault.Fault!.Boundary
            is WorkerFault.Crash or WorkerFault.Deadline or WorkerFault.Memory or WorkerFault.Processes or WorkerFault.Output
            ? item.Scored(0, $"The program ended the process that tests it: {fault.Fault.Message}")
            : fault;
    }

    static void Write(Utf8JsonWriter writer, GradingItem item, string? tests, bool all, double testSeconds, double seconds)
    {
        writer.WriteStartObject();
        writer.WriteString("id", item.Id);
        writer.WriteString("code", FencedCode.Find(item.Completion, "python", "py", "python3"));
        writer.WritePropertyName("tests");
        CodeTests.Of(item, tests)!.WriteTo(writer);
        writer.WriteBoolean("all", all);
        writer.WriteNumber("testSeconds", testSeconds);
        writer.WriteNumber("seconds", seconds);
        writer.WriteEndObject();
    }
}
