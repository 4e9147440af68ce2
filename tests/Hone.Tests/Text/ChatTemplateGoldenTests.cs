using System.Text.Json;
using Hone.Text;
using Hone.Text.Jinja;
using Xunit.Abstractions;

namespace Hone.Tests.Text;

/// <summary>Rows made by transformers and jinja2. All text is compared to the byte.</summary>
public class ChatTemplateGoldenTests(ITestOutputHelper output)
{
    static readonly DateTime _clock = new(2026, 1, 5, 9, 7, 3);

    [Fact]
    public void Published_templates_render_as_the_reference_does()
    {
        if (GoldenRows.Shared("golden/templates/cases.jsonl") is not { } file)
        {
            return;
        }

        var rows = GoldenRows.Read(file).ToArray();
        string[] failures = [.. rows.Select(CaseDifference).OfType<string>()];
        output.WriteLine($"cases: {rows.Length - failures.Length} of {rows.Length}");
        GoldenRows.AssertNone(failures);
    }

    [Fact]
    public void Features_of_jinja_work_as_the_reference_does()
    {
        if (GoldenRows.Shared("golden/templates/jinja-features.jsonl") is not { } file)
        {
            return;
        }

        var rows = GoldenRows.Read(file).ToArray();
        string[] failures = [.. rows.Select(FeatureDifference).OfType<string>()];
        output.WriteLine($"features: {rows.Length - failures.Length} of {rows.Length}");
        GoldenRows.AssertNone(failures);
    }

    static string? CaseDifference(JsonElement row)
    {
        Dictionary<string, string> tokens = [];
        foreach (string name in new[] { "bos_token", "eos_token" })
        {
            if (row.Text(name) is { } token)
            {
                tokens[name] = token;
            }
        }

        return Difference(row, () =>
        {
            var template = new ChatTemplate(File.ReadAllText(GoldenRows.Shared($"thirdparty/templates/{row.Text("template")}.jinja")!), tokens) { Clock = _clock };
            var extra = row.GetProperty("kwargs").EnumerateObject().ToDictionary(entry => entry.Name, entry => (object?)entry.Value);
            if (row.GetProperty("tools").ValueKind != JsonValueKind.Null)
            {
                extra["tools"] = row.GetProperty("tools");
            }

            return template.Render(row.GetProperty("messages").EnumerateArray().Select(Fields), row.Flag("add_generation_prompt"), extra);
        });
    }

    static IEnumerable<KeyValuePair<string, object?>> Fields(JsonElement element) =>
        element.EnumerateObject().Select(field => KeyValuePair.Create(field.Name, (object?)field.Value));

    static string? FeatureDifference(JsonElement row) => Difference(row, () =>
        new Template(row.Text("template")!).Render(Fields(row.GetProperty("context")).Select(entry =>
            KeyValuePair.Create(entry.Key, FromDotNet.Value(entry.Value))), _clock));

    static string? Difference(JsonElement row, Func<string> render)
    {
        string shown = $"{row.Text("id")} {(row.Text("template") is { } template ? JsonSerializer.Serialize(template) : "")}";
        try
        {
            string text = render();
            return row.Text("expected") is not { } expected ? $"{shown} gives {JsonSerializer.Serialize(text)} instead of an error"
                : text == expected ? null
                : $"{shown} gives {JsonSerializer.Serialize(text)} instead of {JsonSerializer.Serialize(expected)}";
        }
        catch (ChatTemplateException problem)
        {
            if (!row.TryGetProperty("expected_error", out var error))
            {
                return $"{shown} fails: {problem.Message}";
            }

            return error.Text("type") == "TemplateError" && error.Text("message") != problem.Message
                ? $"{shown} fails with {problem.Message} instead of {error.Text("message")}"
                : null;
        }
    }
}
