using System.Text.Json;
using Hone.Grading.Json;

namespace Hone.Grading.ToolCalls;

/// <summary>How a model writes the calls of tools into its text.</summary>
public enum ToolCallFormat
{
    /// <summary>Whichever of the others shows its mark, else JSON.</summary>
    Any,

    /// <summary>Hermes, Qwen: <c>&lt;tool_call&gt;{"name":…,"arguments":{…}}&lt;/tool_call&gt;</c>, once per call.</summary>
    Hermes,

    /// <summary>Llama 3: <c>{"name":…,"parameters":{…}}</c>, also behind <c>&lt;|python_tag|&gt;</c>, several with <c>;</c> between them;
    /// <c>&lt;|python_tag|&gt;tool.call(key="…")</c>; <c>&lt;function=name&gt;{…}&lt;/function&gt;</c>.</summary>
    Llama,

    /// <summary>Mistral: <c>[TOOL_CALLS][{"name":…,"arguments":{…}}]</c>, or <c>[TOOL_CALLS]name[ARGS]{…}</c> once per call.</summary>
    Mistral,

    /// <summary>JSON as chat completions have it: a call, a list of calls, or <c>{"tool_calls":[…]}</c>; whole or in a fenced block.</summary>
    Json,
}

/// <summary>Reads the calls of tools out of a completion.</summary>
/// <remarks>What stands before the last <c>&lt;/think&gt;</c> is not looked at. A call that shows its mark and cannot be read spoils the whole:
/// nobody could run such an answer. Text around marked calls makes no difference.</remarks>
public static class ToolCallReader
{
    const string HermesOpen = "<tool_call>", HermesClose = "</tool_call>";
    const string PythonTag = "<|python_tag|>", FunctionOpen = "<function=";
    const string MistralMark = "[TOOL_CALLS]";
    const int MostCalls = 64;

    /// <summary>What calls begin with that are not JSON alone.</summary>
    public static IReadOnlyList<string> Marks { get; } = [HermesOpen, MistralMark, PythonTag, FunctionOpen];

    static readonly string[] _ends = ["<|eot_id|>", "<|eom_id|>", "<|im_end|>", "</s>", "<|endoftext|>"];

    /// <returns>Empty where the completion calls no tool; null where a call cannot be read, with the problem as a sentence.</returns>
    public static IReadOnlyList<ToolCall>? Read(string completion, ToolCallFormat format, out string problem)
    {
        string text = WithoutEnds(JsonAnswer.WithoutThought(completion).Trim());
        problem = "";
        var calls = (format == ToolCallFormat.Any ? FormatOf(text) : format) switch
        {
            ToolCallFormat.Hermes => Hermes(text, ref problem),
            ToolCallFormat.Llama => Llama(text, ref problem),
            ToolCallFormat.Mistral => Mistral(text, ref problem),
            _ => Json(text, ref problem),
        };
        if (calls is { Count: > MostCalls })
        {
            problem = $"The answer has {calls.Count} tool calls; {MostCalls} at most are read.";
            return null;
        }

        return calls;
    }

    internal static ToolCallFormat ReadFormat(GraderForm form) =>
        Enum.Parse<ToolCallFormat>(
            form.Choice(
                "format",
                "any",
                ("any", ""),
                ("hermes", "<tool_call>…</tool_call>, as Qwen has it too"),
                ("llama", "{\"name\":…,\"parameters\":…}"),
                ("mistral", MistralMark + "[…]"),
                ("json", "as chat completions have it")),
            ignoreCase: true);

    static ToolCallFormat FormatOf(string text) =>
        text.Contains(HermesOpen, StringComparison.Ordinal) ? ToolCallFormat.Hermes
        : text.Contains(MistralMark, StringComparison.Ordinal) ? ToolCallFormat.Mistral
        : text.Contains(PythonTag, StringComparison.Ordinal) || text.Contains(FunctionOpen, StringComparison.Ordinal) ? ToolCallFormat.Llama
        : text.StartsWith('{') && SplitCalls(text).Count > 1 ? ToolCallFormat.Llama
        : ToolCallFormat.Json;

    static List<ToolCall>? Hermes(string text, ref string problem)
    {
        var calls = new List<ToolCall>();
        for (int at = 0; (at = text.IndexOf(HermesOpen, at, StringComparison.Ordinal)) >= 0;)
        {
            int start = at + HermesOpen.Length;
            int end = text.IndexOf(HermesClose, start, StringComparison.Ordinal);
            if (end < 0)
            {
                problem = "A <tool_call> is not closed.";
                return null;
            }

            if (!Add(calls, text[start..end], ref problem))
            {
                return null;
            }

            at = end + HermesClose.Length;
        }

        return calls;
    }

    static List<ToolCall>? Llama(string text, ref string problem)
    {
        var calls = new List<ToolCall>();
        if (text.Contains(FunctionOpen, StringComparison.Ordinal))
        {
            return LlamaText.Functions(text, ref problem);
        }

        int tag = text.IndexOf(PythonTag, StringComparison.Ordinal);
        text = tag < 0 ? text : text[(tag + PythonTag.Length)..].Trim();
        if (tag >= 0 && LlamaText.BuiltIn(text) is { } builtIn)
        {
            return [builtIn];
        }

        if (tag < 0 && !text.StartsWith('{'))
        {
            return calls;
        }

        foreach (string call in SplitCalls(text))
        {
            if (!Add(calls, call, ref problem))
            {
                return null;
            }
        }

        return calls;
    }

    static IReadOnlyList<ToolCall>? Mistral(string text, ref string problem)
    {
        int mark = text.IndexOf(MistralMark, StringComparison.Ordinal);
        if (mark < 0)
        {
            return [];
        }

        string rest = text[(mark + MistralMark.Length)..].Trim();
        if (rest.StartsWith('[') || rest.StartsWith('{'))
        {
            return Listed(rest, ref problem);
        }

        var calls = new List<ToolCall>();
        foreach (string call in rest.Split(MistralMark))
        {
            int brace = call.IndexOf('{');
            string name = brace < 0 ? "" : call[..brace].Replace("[ARGS]", "", StringComparison.Ordinal).Trim();
            if (name.Length == 0 || JsonText.Parse(call[brace..].Trim(), out _) is not { } arguments)
            {
                problem = $"{Shorten(call)} behind {MistralMark} is not a name with JSON arguments.";
                return null;
            }

            calls.Add(ToolCall.Of(name, arguments.GetRawText()));
        }

        return calls;
    }

    // Text that is not JSON is an answer without calls.
    static IReadOnlyList<ToolCall>? Json(string text, ref string problem) =>
        JsonAnswer.Find(text, JsonPlace.Any, out _) is not { } json ? []
        : ToolCall.ListOf(json) ?? (LooksLikeCalls(json) ? Listed(json.GetRawText(), ref problem) : []);

    static bool LooksLikeCalls(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && (json.TryGetProperty("tool_calls", out _) || json.TryGetProperty("function", out _));

    static IReadOnlyList<ToolCall>? Listed(string text, ref string problem)
    {
        var calls = JsonText.Parse(text, out _) is { } json ? ToolCall.ListOf(json) : null;
        problem = calls is null ? $"{Shorten(text)} is not a list of tool calls." : problem;
        return calls;
    }

    static bool Add(List<ToolCall> calls, string text, ref string problem)
    {
        if (JsonText.Parse(text.Trim(), out string why) is not { } json)
        {
            problem = $"The tool call {Shorten(text)} {why}.";
            return false;
        }

        if (ToolCall.Of(json) is not { } call)
        {
            problem = $"The tool call {Shorten(text)} has no name or no arguments.";
            return false;
        }

        calls.Add(call);
        return true;
    }

    /// <summary>Objects written one after the other with <c>;</c> between them.</summary>
    static List<string> SplitCalls(string text)
    {
        var parts = new List<string>();
        int start = 0;
        for (int tries = 0; tries <= MostCalls; tries++)
        {
            if (JsonAnswer.BalancedEnd(text, start) is not { } end || !text.AsSpan(end).TrimStart().StartsWith(";"))
            {
                break;
            }

            parts.Add(text[start..end]);
            start = text.IndexOf(';', end) + 1;
        }

        parts.Add(text[start..]);
        return parts;
    }

    static string WithoutEnds(string text)
    {
        while (_ends.FirstOrDefault(end => text.EndsWith(end, StringComparison.Ordinal)) is { } end)
        {
            text = text[..^end.Length].TrimEnd();
        }

        return text;
    }

    static string Shorten(string text) => text.Trim() is { Length: <= 60 } whole ? whole : $"{text.Trim()[..60]}…";
}
