using System.Buffers;
using System.Text;
using System.Text.Json;
using Hone.Grading.Lambda;
using Hone.Grading.Workers;

namespace Hone.Grading.Programs;

/// <summary>Speaks with <c>worker.py</c>: an event in a line, a result or an error in a line.</summary>
/// <param name="write">One item as an element of the event.</param>
class PythonDialogue(Action<Utf8JsonWriter, GradingItem> write, int itemsPerCall) : WorkerDialogue
{
    public override int ItemsPerCall => itemsPerCall;

    public override string Ask(IReadOnlyList<GradingItem> items)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("event");
            foreach (var item in items)
            {
                write(writer, item);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public override bool IsAnswer(string line) => line.Length > 0;

    public override WorkerAnswer Read(string line, IReadOnlyList<GradingItem> items)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var answer = document.RootElement;
            var left = !answer.TryGetProperty("left", out var what) ? Leftover.Nothing : what.GetString() == "threads" ? Leftover.Threads : Leftover.Processes;
            return answer.TryGetProperty("error", out var error)
                ? new([.. items.Select(item => item.Failed(WorkerFault.Exception, $"{error.GetString()}"))], left)
                : new(LambdaResult.Read(answer.GetProperty("result"), items, WorkerFault.Answer), left);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return new([.. items.Select(item => item.Failed(WorkerFault.Answer, "what it wrote is no answer."))], Leftover.Processes);
        }
    }
}
