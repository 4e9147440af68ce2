using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Grading.Programs;

/// <summary>The tests of a record, in the forms that data sets have.</summary>
/// <remarks>
/// <para>A text is Python that runs after the program: assertions, functions <c>test_…</c>, a TestCase, or a function <c>check</c> that is
/// called with what <c>entry_point</c> names. A list of texts is as many tests. <c>{"call":"f(2)","equals":4}</c> is a call and what it
/// returns. <c>{"input":"2\n","output":"4\n"}</c> is what a program reads and prints; <c>{"inputs":[…],"outputs":[…]}</c> is a list of
/// those.</para>
/// </remarks>
static class CodeTests
{
    static readonly string[] _keys = ["tests", "test_list", "test", "input_output"];

    /// <param name="key">Where the record has them; null: the first of tests, test_list, test and input_output that is there, else the
    /// reference answer.</param>
    /// <returns>Null where there are none that can be read.</returns>
    public static JsonArray? Of(GradingItem item, string? key)
    {
        try
        {
            var found = Tests(Find(item, key), depth: 3);
            string? entry = item.Metadata.TryGetValue("entry_point", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
            foreach (var test in found.Where(test => entry is not null && test.ContainsKey("script")))
            {
                test["entry"] = entry;
            }

            return found.Count == 0 ? null : [.. found];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    static JsonNode? Find(GradingItem item, string? key)
    {
        foreach (string name in key is null ? _keys : [key])
        {
            if (item.Metadata.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                return Node(value);
            }
        }

        if (item.Metadata.TryGetValue("reference_answer", out var reference))
        {
            var node = Node(reference);
            return (key is null ? _keys : [key]).Select(name => (node as JsonObject)?[name]).FirstOrDefault(value => value is not null)
                ?? (key is null ? node : null);
        }

        return key is null ? item.Reference : null;
    }

    static JsonNode? Node(JsonElement json) => JsonNode.Parse(json.GetRawText());

    static List<JsonObject> Tests(JsonNode? node, int depth) => node switch
    {
        JsonArray list when depth > 0 => [.. list.SelectMany(one => Tests(one, depth - 1))],
        JsonValue value when value.TryGetValue(out string? text) => OfText(text, depth),
        JsonObject pairs when pairs["inputs"] is JsonArray inputs && pairs["outputs"] is JsonArray outputs && inputs.Count == outputs.Count =>
            [.. inputs.Zip(outputs, (input, output) => new JsonObject { ["input"] = Lines(input), ["output"] = Lines(output) })],
        JsonObject test when test["call"] is JsonValue call && test.ContainsKey("equals") =>
            [new JsonObject { ["call"] = call.GetValue<string>(), ["equals"] = test["equals"]?.DeepClone() }],
        JsonObject test when test["input"] is not null && test["output"] is not null =>
            [new JsonObject { ["input"] = Lines(test["input"]), ["output"] = Lines(test["output"]) }],
        _ => throw new FormatException(),
    };

    // Some data sets keep their tests as JSON in a text.
    static List<JsonObject> OfText(string text, int depth) =>
        depth > 0 && text.TrimStart() is ['{' or '[', ..] && Parsed(text) is { } node
        ? Tests(node, depth - 1)
        : [new JsonObject { ["script"] = text }];

    static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string Lines(JsonNode? text) => text is JsonArray lines ? string.Join('\n', lines.Select(line => Lines(line))) : $"{text}";
}
