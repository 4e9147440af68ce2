using System.Text.Json;
using Hone.Text;

namespace Hone.Training.Data;

/// <summary>What a record gives the chat template beside its messages: <c>tools</c>, <c>documents</c> and <c>chat_template_kwargs</c>.</summary>
public sealed record TemplateInputs(IReadOnlyList<object?>? Tools, IReadOnlyList<object?>? Documents, IReadOnlyDictionary<string, object?>? Variables)
{
    /// <summary>The record's keys that are read here.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["tools", "documents", "chat_template_kwargs"];

    public static TemplateInputs None { get; } = new(null, null, null);

    /// <summary>From the keys of a record, whose values have the kinds that <see cref="Problem"/> asks for.</summary>
    public static TemplateInputs Of(Func<string, JsonElement?> find) => new(
        find("tools") is { ValueKind: JsonValueKind.Array } tools ? [.. tools.EnumerateArray().Select(tool => (object?)tool)] : null,
        find("documents") is { ValueKind: JsonValueKind.Array } documents ? [.. documents.EnumerateArray().Select(document => (object?)document)] : null,
        find("chat_template_kwargs") is { ValueKind: JsonValueKind.Object } variables
            ? variables.EnumerateObject().ToDictionary(variable => variable.Name, variable => (object?)variable.Value)
            : null);

    /// <summary>What is wrong with a value, or null.</summary>
    public static string? Problem(string key, JsonElement value) => (key, value.ValueKind) switch
    {
        (_, JsonValueKind.Null) => null,
        ("chat_template_kwargs", JsonValueKind.Object) => null,
        ("chat_template_kwargs", _) => "an object of variables for the chat template",
        (_, JsonValueKind.Array) when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object) => null,
        ("tools", _) => "a list of JSON schemas of functions",
        _ => "a list of objects such as {\"title\":\"…\",\"text\":\"…\"}",
    };

    /// <param name="addGenerationPrompt">Ends with what comes before the assistant's next answer.</param>
    /// <param name="reasoningEffort">Handed on as reasoning_effort where the record gives no other. Null: not given.</param>
    public ChatRequest Request(bool addGenerationPrompt, string? reasoningEffort = null)
    {
        Dictionary<string, object?> variables = new(Variables ?? new Dictionary<string, object?>(), StringComparer.Ordinal);
        if (reasoningEffort is not null)
        {
            variables.TryAdd("reasoning_effort", reasoningEffort);
        }

        return new() { AddGenerationPrompt = addGenerationPrompt, Tools = Tools, Documents = Documents, Variables = variables };
    }
}
