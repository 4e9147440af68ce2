using Hone.Text.Jinja;

namespace Hone.Text;

/// <summary>The last message left open: a tag is put behind its text, and the rendered conversation is cut there.</summary>
sealed class ContinuedMessage
{
    const string Tag = "CONTINUE_FINAL_MESSAGE_TAG ";

    static readonly string[] _reasoningNames = ["reasoning_content", "thinking", "reasoning"];

    readonly string _text;

    ContinuedMessage(string text) => _text = text;

    /// <summary>Puts the tag into the conversation's last message; null if the request closes it.</summary>
    /// <exception cref="ChatTemplateException">There is nothing that could be left open.</exception>
    public static ContinuedMessage? Open(List<object?> conversation, ChatRequest request, string source)
    {
        if (request.ContinueField is not { } field)
        {
            return null;
        }

        if (request.AddGenerationPrompt)
        {
            throw new ChatTemplateException("The last message is to be continued and a new answer is to be begun; ask for one of the two.");
        }

        var message = (PythonDictionary)conversation[^1]!;
        if (!message.TryGet(field, out object? value))
        {
            throw new ChatTemplateException($"The last message has no \"{field}\" to continue.");
        }

        // Reasoning stands under several names, and the template reads one of them.
        string[] fields = _reasoningNames.Contains(field)
            ? [.. _reasoningNames.Where(name => message.TryGet(name, out object? copy) && Comparison.AreEqual(copy, value))]
            : [field];
        if (!fields.Any(name => source.Contains(name, StringComparison.Ordinal)))
        {
            throw new ChatTemplateException($"The last message's \"{field}\" cannot be continued: the chat template does not read it.");
        }

        return new(Mark(message, fields, value));
    }

    static string Mark(PythonDictionary message, string[] fields, object? value)
    {
        if (value is List<object?> parts)
        {
            var last = parts.OfType<PythonDictionary>().LastOrDefault(part => part.TryGet("text", out object? text) && text is string)
                ?? throw new ChatTemplateException("The last message has no text part to continue.");
            last.TryGet("text", out object? words);
            last["text"] = words + Tag;
            return (string)words!;
        }

        string whole = value as string ?? throw new ChatTemplateException("The last message's text is no text; there is nothing to continue.");
        foreach (string name in fields)
        {
            message[name] = whole + Tag;
        }

        return whole;
    }

    /// <summary>The text up to the tag. Where the template trimmed the tag's blank, the blanks before the tag go too.</summary>
    public string Cut(string rendered)
    {
        string bare = Tag.TrimEnd();
        int at = rendered.LastIndexOf(bare, StringComparison.Ordinal);
        if (at < 0 || !rendered.Contains(PythonText.Strip(_text, null, left: true, right: true), StringComparison.Ordinal))
        {
            throw new ChatTemplateException("The last message cannot be continued: the chat template does not show its text as it is.");
        }

        return string.CompareOrdinal(rendered, at, Tag, 0, Tag.Length) == 0
            ? rendered[..at]
            : PythonText.Strip(rendered[..at], null, left: false, right: true);
    }
}
