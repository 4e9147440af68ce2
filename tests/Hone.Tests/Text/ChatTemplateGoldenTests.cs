using System.Text.Json;
using Hone.Tests.Support;
using Hone.Text;
using Hone.Text.Jinja;

namespace Hone.Tests.Text;

/// <summary>Rows made by transformers and jinja2. All text is compared to the byte.</summary>
public class ChatTemplateGoldenTests
{
    static readonly DateTime _clock = new(2026, 1, 5, 9, 7, 3);

    // Rows of jinja-features.jsonl with what no published template uses: loop.changed, varargs, block, truncate, groupby …
    static readonly HashSet<string> _notBuilt =
    [
        "access/18", "access/27", "for/26", "loop/5", "macro/4", "macro/21", "block-tags/4", "block-tags/5",
        "filter-text/11", "filter-text/13", "filter-text/17", "filter-text/18", "filter-text/19", "filter-text/20",
        "filter-text/21", "filter-text/29", "filter-list/11", "filter-list/12", "filter-list/13", "filter-list/22",
        "method-string/1", "method-string/5", "method-string/9", "method-string/10", "method-string/15", "method-string/19",
        "method-string/25", "method-dict/10", "global/13", "sandbox/8", "sandbox/9", "sandbox/12", "sandbox/15",
    ];

    [SharedFact]
    public void Published_templates_render_as_the_reference_does()
    {
        var rows = GoldenRows.Read(SharedFolder.In("golden/templates/cases.jsonl")).Where(row => row.GetProperty("continue_final_message").ValueKind == JsonValueKind.False);

        GoldenRows.AssertNone(rows.Select(CaseDifference).OfType<string>());
    }

    [SharedFact]
    public void Features_of_jinja_work_as_the_reference_does()
    {
        var rows = GoldenRows.Read(SharedFolder.In("golden/templates/jinja-features.jsonl")).ToArray();
        var differing = rows.Where(row => FeatureDifference(row) is not null).Select(row => row.Text("id")!).ToHashSet();

        GoldenRows.AssertNone(rows.Where(row => !_notBuilt.Contains(row.Text("id")!)).Select(FeatureDifference).OfType<string>());
        Assert.Empty(_notBuilt.Except(differing));
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
            var template = new ChatTemplate(File.ReadAllText(SharedFolder.In($"thirdparty/templates/{row.Text("template")}.jinja")), tokens) { Clock = _clock };
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
