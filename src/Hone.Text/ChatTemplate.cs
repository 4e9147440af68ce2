using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Text.Jinja;

namespace Hone.Text;

/// <summary>Writes a conversation as the text that a model was trained on. Immutable; any thread may use it.</summary>
public sealed partial class ChatTemplate
{
    static readonly string[] _reasoningNames = ["reasoning_content", "thinking", "reasoning"];

    readonly Template _template;
    readonly IReadOnlyDictionary<string, string> _specialTokens;

    /// <param name="source">Jinja, as in chat_template of tokenizer_config.json.</param>
    /// <param name="specialTokens">Variables such as bos_token and eos_token. One that is left out is undefined.</param>
    /// <exception cref="ChatTemplateException">The source is no template; the message names line and column.</exception>
    public ChatTemplate(string source, IReadOnlyDictionary<string, string> specialTokens)
    {
        Source = source;
        _template = new(source);
        _specialTokens = specialTokens;
        MarksAssistant = GenerationTag().IsMatch(source);
    }

    /// <summary>The date that templates with strftime_now() print; null for the machine's own. What must repeat to the byte sets it.</summary>
    public DateTime? Clock { get; init; }

    /// <summary>The Jinja that it was made from.</summary>
    public string Source { get; }

    /// <summary>The template says itself which of its text is the assistant's.</summary>
    public bool MarksAssistant { get; }

    /// <summary>Takes the place of this template for conversations with tools; null if this one serves them too.</summary>
    public ChatTemplate? WithTools { get; private init; }

    /// <summary>Reads the template of a model.</summary>
    /// <param name="modelFolder">Read from it: chat_template.jinja and additional_chat_templates, tokenizer_config.json, chat_template.json; special tokens.</param>
    /// <param name="name">
    /// Null: the model's own. Else one of the model's named templates, one of <see cref="ChatTemplateCatalog"/>, or a file that ends in .jinja.
    /// </param>
    /// <exception cref="ChatTemplateException">The folder has no such template, or a damaged one.</exception>
    public static ChatTemplate Load(string modelFolder, string? name = null)
    {
        var files = ChatTemplateFiles.Read(modelFolder);
        var (source, tools, place) = files.Choose(name);
        try
        {
            return new(source, files.SpecialTokens) { WithTools = tools is null ? null : new(tools, files.SpecialTokens) };
        }
        catch (ChatTemplateException problem)
        {
            throw new ChatTemplateException($"{place}: {problem.Message}", problem.Line, problem.Column, problem);
        }
    }

    /// <param name="messages">At least one.</param>
    /// <param name="addGenerationPrompt">Ends with what comes before the assistant's next answer.</param>
    /// <param name="extra">Further variables, such as enable_thinking or reasoning_effort; they win over all others.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation (its own words) or fails.</exception>
    public string Render(
        IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt, IReadOnlyDictionary<string, object?>? extra = null) =>
        Render(messages, new ChatRequest { AddGenerationPrompt = addGenerationPrompt, Variables = extra });

    /// <param name="messages">At least one.</param>
    /// <param name="request">Tools, documents, and how the text ends.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation (its own words) or fails.</exception>
    public string Render(IReadOnlyList<ChatMessage> messages, ChatRequest request)
    {
        var conversation = Conversation(messages);
        var tag = ContinuedMessage.Open(conversation, request, Source);
        string text = Run(conversation, request, spans: null);
        return tag is null ? text : tag.Cut(text);
    }

    /// <summary>Also tells which parts of the text are the assistant's, for a template that marks them.</summary>
    /// <param name="messages">At least one.</param>
    /// <param name="request">Its last message is closed: <see cref="ChatRequest.ContinueField"/> is null.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation (its own words) or fails.</exception>
    public RenderedChat RenderMarked(IReadOnlyList<ChatMessage> messages, ChatRequest request)
    {
        if (request.ContinueField is not null)
        {
            throw new ChatTemplateException("A conversation whose last message is left open has no parts that end; close it to mark the assistant's.");
        }

        List<(int Start, int End)> spans = [];
        string text = Run(Conversation(messages), request, spans);
        return new(text, spans);
    }

    /// <summary>The bare template: these variables are in sight and no others.</summary>
    /// <exception cref="ChatTemplateException">The template refuses the variables (its own words) or fails.</exception>
    public string RenderVariables(IReadOnlyDictionary<string, object?> variables) =>
        _template.Render(variables.Select(variable => KeyValuePair.Create(variable.Key, FromDotNet.Value(variable.Value))), Clock ?? DateTime.Now);

    string Run(List<object?> conversation, ChatRequest request, List<(int Start, int End)>? spans)
    {
        if (request.Tools is not null && WithTools is { } other)
        {
            return other.Run(conversation, request, spans, Clock);
        }

        return Run(conversation, request, spans, Clock);
    }

    string Run(List<object?> conversation, ChatRequest request, List<(int Start, int End)>? spans, DateTime? clock)
    {
        Dictionary<string, object?> variables = new(StringComparer.Ordinal)
        {
            ["messages"] = conversation,
            ["tools"] = FromDotNet.Value(request.Tools),
            ["documents"] = FromDotNet.Value(request.Documents),
            ["add_generation_prompt"] = request.AddGenerationPrompt,
        };
        foreach (var (name, token) in _specialTokens)
        {
            variables[name] = token;
        }

        foreach (var (name, value) in request.Variables ?? new Dictionary<string, object?>())
        {
            variables[name] = FromDotNet.Value(value);
        }

        return _template.Render(variables, clock ?? DateTime.Now, spans);
    }

    static List<object?> Conversation(IReadOnlyList<ChatMessage> messages) => messages.Count > 0
        ? [.. messages.Select(message => Message(message.Fields()))]
        : throw new ChatTemplateException("A conversation without messages cannot be rendered; give at least one.");

    // Null fields are left out; reasoning is found under any of the names that templates use for it.
    static PythonDictionary Message(IEnumerable<KeyValuePair<string, object?>> fields)
    {
        KeyValuePair<string, object?>[] given = [.. fields.Where(field => field.Value is not (null or JsonElement { ValueKind: JsonValueKind.Null }))];
        string? name = _reasoningNames.FirstOrDefault(name => given.Any(field => field.Key == name));
        if (name is null)
        {
            return FromDotNet.Dictionary(given);
        }

        object? reasoning = given.Last(field => field.Key == name).Value;
        var message = FromDotNet.Dictionary([new("thinking", reasoning), .. given]);
        message["reasoning_content"] = FromDotNet.Value(reasoning);
        return message;
    }

    [GeneratedRegex(@"\{%[-+]?\s*generation\s*[-+]?%\}")]
    private static partial Regex GenerationTag();
}
