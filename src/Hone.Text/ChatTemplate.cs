using System.Text.Json;
using Hone.Text.Jinja;

namespace Hone.Text;

/// <summary>Writes a conversation as the text that a model was trained on. Immutable; any thread may use it.</summary>
public sealed class ChatTemplate
{
    static readonly string[] _reasoningNames = ["reasoning_content", "thinking", "reasoning"];

    readonly Template _template;
    readonly IReadOnlyDictionary<string, string> _specialTokens;

    /// <param name="source">Jinja, as in chat_template of tokenizer_config.json.</param>
    /// <param name="specialTokens">Variables such as bos_token and eos_token. One that is left out is undefined.</param>
    /// <exception cref="ChatTemplateException">The source is no template; the message names line and column.</exception>
    public ChatTemplate(string source, IReadOnlyDictionary<string, string> specialTokens)
    {
        _template = new(source);
        _specialTokens = specialTokens;
    }

    /// <summary>The date that templates with strftime_now() print; null for the machine's own. What must repeat to the byte sets it.</summary>
    public DateTime? Clock { get; init; }

    /// <summary>Reads the template of a model: chat_template.jinja, or chat_template in tokenizer_config.json.</summary>
    /// <exception cref="ChatTemplateException">The folder has no template, or a damaged one.</exception>
    public static ChatTemplate Load(string modelFolder)
    {
        var configuration = ChatTemplateFiles.Read(modelFolder);
        return new(configuration.Source, configuration.SpecialTokens);
    }

    /// <param name="messages">At least one.</param>
    /// <param name="addGenerationPrompt">Ends with what comes before the assistant's next answer.</param>
    /// <param name="extra">Further variables, such as enable_thinking or reasoning_effort; they win over all others.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation (its own words) or fails.</exception>
    public string Render(
        IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt, IReadOnlyDictionary<string, object?>? extra = null) =>
        Render(messages.Select(Fields), addGenerationPrompt, extra);

    internal string Render(
        IEnumerable<IEnumerable<KeyValuePair<string, object?>>> messages, bool addGenerationPrompt, IReadOnlyDictionary<string, object?>? extra)
    {
        List<object?> conversation = [.. messages.Select(Message)];
        if (conversation.Count == 0)
        {
            throw new ChatTemplateException("A conversation without messages cannot be rendered; give at least one.");
        }

        Dictionary<string, object?> variables = new(StringComparer.Ordinal)
        {
            ["messages"] = conversation,
            ["tools"] = null,
            ["documents"] = null,
            ["add_generation_prompt"] = addGenerationPrompt,
        };
        foreach (var (name, token) in _specialTokens)
        {
            variables[name] = token;
        }

        foreach (var (name, value) in extra ?? new Dictionary<string, object?>())
        {
            variables[name] = FromDotNet.Value(value);
        }

        return _template.Render(variables, Clock ?? DateTime.Now);
    }

    static IEnumerable<KeyValuePair<string, object?>> Fields(ChatMessage message) =>
    [
        new("role", message.Role),
        new("content", message.Content),
        .. message.Extra ?? new Dictionary<string, object?>(),
    ];

    // Null fields are left out; reasoning is found under any of the names that templates use for it.
    static PythonDictionary Message(IEnumerable<KeyValuePair<string, object?>> fields)
    {
        var message = FromDotNet.Dictionary(fields.Where(field => field.Value is not (null or JsonElement { ValueKind: JsonValueKind.Null })));
        foreach (string name in _reasoningNames)
        {
            if (message.TryGet(name, out object? reasoning))
            {
                message["reasoning_content"] = reasoning;
                if (!message.TryGet("thinking", out _))
                {
                    message["thinking"] = reasoning;
                }

                break;
            }
        }

        return message;
    }
}
