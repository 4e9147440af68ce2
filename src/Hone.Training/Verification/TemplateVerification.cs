using System.Text.Json;
using Hone.Text;

namespace Hone.Training.Verification;

/// <summary>Compares rendered chat templates with a folder of reference texts, to the byte.</summary>
public static class TemplateVerification
{
    const string Cases = "cases.jsonl", Generation = "generation.jsonl", Features = "jinja-features.jsonl";

    // The clock of the reference.
    static readonly DateTime _clock = new(2026, 1, 5, 9, 7, 3);

    /// <summary>Whether the folder has the layout that <see cref="Run"/> reads.</summary>
    public static bool Recognizes(string folder) => File.Exists(Path.Combine(folder, Features)) || File.Exists(Path.Combine(folder, Generation));

    /// <summary>One quantity for each template or feature: how many of its rows differ. Rows that do are told one by one.</summary>
    /// <exception cref="VerificationException">A file cannot be read or does not have the layout.</exception>
    public static IEnumerable<VerificationCase> Run(string folder) =>
    [
        .. Compare(folder, Cases, row => Text(row, "template"), row => Conversation(row, File.ReadAllText(TemplateFile(folder, Text(row, "template"))!))),
        .. Compare(folder, Generation, row => Text(row, "id").Split('/')[0], row => Conversation(row, Text(row, "template_text"))),
        .. Compare(folder, Features, row => Text(row, "id").Split('/')[0], Feature),
    ];

    static IEnumerable<VerificationCase> Compare(string folder, string file, Func<JsonElement, string> group, Func<JsonElement, bool> agrees)
    {
        foreach (var rows in Read(folder, file).GroupBy(group, StringComparer.Ordinal))
        {
            string name = $"{file}/{rows.Key}", quantity = $"text of {rows.Count()} renderings";
            if (file == Cases && TemplateFile(folder, rows.Key) is null)
            {
                yield return new(folder, name, $"{quantity} ({rows.Key}.jinja is not there)", null, null, VerificationStatus.NotBuilt);
                continue;
            }

            string[] differing = [.. rows.Where(row => !Agrees(folder, file, row, agrees)).Select(row => Text(row, "id"))];
            yield return new(folder, name, quantity, differing.Length, 0, differing.Length == 0 ? VerificationStatus.Agree : VerificationStatus.Disagree);
            foreach (string id in differing)
            {
                yield return new(folder, $"{file}/{id}", "text", null, 0, VerificationStatus.Disagree);
            }
        }
    }

    // Beside the folder, or where third-party files lie beside reference numbers.
    static string? TemplateFile(string folder, string template) =>
        new[] { folder, Path.Combine(folder, "..", "..", "thirdparty", "templates") }
            .Select(place => Path.Combine(place, Path.GetFileName(template) + ".jinja")).FirstOrDefault(File.Exists);

    static IEnumerable<JsonElement> Read(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        try
        {
            return File.Exists(path)
                ? [.. File.ReadLines(path).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement)]
                : [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new VerificationException($"{path} cannot be read: {e.Message}", e);
        }
    }

    static bool Agrees(string folder, string file, JsonElement row, Func<JsonElement, bool> agrees)
    {
        try
        {
            return agrees(row);
        }
        catch (ChatTemplateException problem)
        {
            // What a template's author tells the user is compared; other words are the engine's own.
            return row.TryGetProperty("expected_error", out var error)
                && (Text(error, "type") != "TemplateError" || Text(error, "message") == problem.Message);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException)
        {
            throw new VerificationException($"{Path.Combine(folder, file)} has a row that is no case: {row}; put back the file as its generator wrote it.", e);
        }
    }

    static bool Feature(JsonElement row) =>
        new ChatTemplate(Text(row, "template"), new Dictionary<string, string>()) { Clock = _clock }.RenderVariables(Members(row, "context")) == Expected(row);

    static bool Conversation(JsonElement row, string source)
    {
        var tokens = new[] { "bos_token", "eos_token" }.Where(name => row.GetProperty(name).ValueKind == JsonValueKind.String).ToDictionary(name => name, name => Text(row, name));
        var template = new ChatTemplate(source, tokens) { Clock = _clock };
        ChatMessage[] messages = [.. row.GetProperty("messages").EnumerateArray().Select(ChatMessage.Read)];
        var request = Request(row);
        if (!row.TryGetProperty("generation_spans", out var spans))
        {
            return template.Render(messages, request) == Expected(row);
        }

        var rendered = template.RenderMarked(messages, request);
        return rendered.Text == Expected(row) && CodePoints(rendered).SequenceEqual(spans.EnumerateArray().Select(span => (span[0].GetInt32(), span[1].GetInt32())));
    }

    static ChatRequest Request(JsonElement row)
    {
        var continued = row.GetProperty("continue_final_message");
        return new()
        {
            AddGenerationPrompt = row.GetProperty("add_generation_prompt").GetBoolean(),
            ContinueField = continued.ValueKind switch
            {
                JsonValueKind.String => continued.GetString(),
                JsonValueKind.True => "content",
                _ => null,
            },
            Tools = row.GetProperty("tools") is { ValueKind: JsonValueKind.Array } tools ? [.. tools.EnumerateArray().Select(tool => (object?)tool)] : null,
            Variables = Members(row, "kwargs"),
        };
    }

    static IEnumerable<(int, int)> CodePoints(RenderedChat rendered) =>
        rendered.AssistantSpans.Select(span => (Count(rendered.Text.AsSpan(0, span.Start)), Count(rendered.Text.AsSpan(0, span.End))));

    static int Count(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    // Null where an error is expected: no text equals it.
    static string? Expected(JsonElement row) => row.TryGetProperty("expected", out var text) ? text.GetString() : null;

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    static Dictionary<string, object?> Members(JsonElement row, string name) =>
        row.GetProperty(name).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value);
}
