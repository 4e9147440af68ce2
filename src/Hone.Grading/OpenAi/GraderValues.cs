using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading.Json;
using Hone.Grading.ToolCalls;

namespace Hone.Grading.OpenAi;

/// <summary>What OpenAI's graders see of one completion: the namespaces <c>item</c> and <c>sample</c>.</summary>
/// <remarks>
/// <para>item: every key of the record, and <c>messages</c>, the prompt. sample: <c>output_text</c>; <c>output_json</c>, where the completion (behind
/// its thought) is JSON and nothing else; <c>output_tools</c>, its tool calls as chat completions hold them, with the arguments as JSON text;
/// <c>choices</c>, one with the message.</para>
/// <para>Read on demand and kept: one for all the templates of a completion, on one thread.</para>
/// </remarks>
sealed class GraderValues(GradingItem item)
{
    JsonElement? _item;
    JsonElement? _sample;
    JsonElement? _json;
    string _jsonProblem = "";
    string _toolsProblem = "";

    /// <summary>Names in the namespace <c>sample</c>.</summary>
    public static IReadOnlyList<string> OfSample { get; } = ["output_text", "output_json", "output_tools", "choices"];

    public JsonElement Item => _item ??= MakeItem();

    /// <summary>Keys that the completion has nothing for are not there.</summary>
    public JsonElement Sample => _sample ??= MakeSample();

    /// <summary>The value that a template names; null with the error where it is not there.</summary>
    public JsonElement? Find(TemplatePath path, out TemplateError? error)
    {
        error = null;
        if (Value(path) is { } value)
        {
            return value;
        }

        error = path.Namespace == "item"
            ? new(TemplateErrorKind.InvalidVariable, IsOfCompletion: false, $"the record has no {path.Written}.")
            : path.Steps is ["output_json", ..] && _jsonProblem.Length > 0
            ? new(TemplateErrorKind.SampleParse, IsOfCompletion: true, $"there is no {path.Written}: {Lower(_jsonProblem)}")
            : path.Steps is ["output_tools" or "choices", ..] && _toolsProblem.Length > 0
            ? new(TemplateErrorKind.SampleParse, IsOfCompletion: true, $"there is no {path.Written}: {Lower(_toolsProblem)}")
            : new(TemplateErrorKind.InvalidVariable, IsOfCompletion: true, $"the answer has no {path.Written}.");
        return null;
    }

    // From where it was written, so that its own spacing and digits are kept.
    JsonElement? Value(TemplatePath path)
    {
        if (path is { Namespace: "item", Steps: [string key, ..] } && item.Metadata.TryGetValue(key, out var written))
        {
            return path.Find(written, from: 1);
        }

        var root = path.Namespace == "item" ? Item : Sample;
        return path is { Namespace: "sample", Steps: ["output_json", ..] } && _json is { } json ? path.Find(json, from: 1) : path.Find(root, from: 0);
    }

    JsonElement MakeItem()
    {
        var record = new JsonObject();
        foreach (var (key, value) in item.Metadata)
        {
            record[key] = ToNode(value);
        }

        record["messages"] = new JsonArray([.. item.Prompt.Select(turn => new JsonObject { ["role"] = turn.Role, ["content"] = turn.Content })]);
        if (!record.ContainsKey("reference_answer") && item.Reference is not null)
        {
            record["reference_answer"] = item.Reference;
        }

        return JsonSerializer.SerializeToElement(record);
    }

    JsonElement MakeSample()
    {
        var sample = new JsonObject { ["output_text"] = item.Completion };
        if (JsonAnswer.Find(item.Completion, JsonPlace.Whole, out _jsonProblem) is { } json)
        {
            _json = json;
            sample["output_json"] = ToNode(json);
            _jsonProblem = "";
        }

        var calls = ToolCallReader.Read(item.Completion, ToolCallFormat.Any, out _toolsProblem);
        var message = new JsonObject { ["role"] = "assistant", ["content"] = item.Completion };
        if (calls is not null)
        {
            sample["output_tools"] = new JsonArray([.. calls.Select(Call)]);
            message["tool_calls"] = new JsonArray([.. calls.Select(Call)]);
        }

        string reason = item.Truncated ? "length" : calls is { Count: > 0 } ? "tool_calls" : "stop";
        sample["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["finish_reason"] = reason, ["message"] = message });
        return JsonSerializer.SerializeToElement(sample);
    }

    static JsonObject Call(ToolCall call, int index) => new()
    {
        ["id"] = $"call_{index}",
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.ArgumentsText },
    };

    // A value that is null is one: a key with it is there.
    static JsonNode? ToNode(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(value),
        JsonValueKind.Array => JsonArray.Create(value),
        _ => JsonValue.Create(value),
    };

    static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
